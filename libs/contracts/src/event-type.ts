import type { IntegrationEvent } from '@ciep/kernel';
import { z } from 'zod';

/**
 * Whom an event can concern: an organisation, the partner unit of a region, a unit of the organizer, a person with an account, or a person
 * who has to verify a mail address.
 */
export const audiences = ['organisation', 'region', 'unit', 'person', 'verification'] as const;
export type Audience = (typeof audiences)[number];

type NamesOf<Data> = Extract<keyof Data, string>;

/** The recipients of an event besides the services that react to it. */
export interface Recipients<Name extends string = string> {
  /** Whom it concerns: per audience, the field with the id or, for a region, the code; null in the data means nobody. */
  readonly concerns?: { readonly [Who in Audience]?: Name };
  /** The field whose value selects the mail template. */
  readonly mailsBy?: Name;
  /** Whether portals may subscribe to it. */
  readonly portals?: boolean;
}

/** An event type: call it to make an event, name it in `@ReactsTo(...)` to receive events. */
export interface EventType<Data extends object = object> {
  (data: Data): IntegrationEvent<Data>;
  /** The CloudEvents type, `ciep.<service>.<aggregate>.<past_verb>.v<n>`. */
  readonly type: string;
  /** The type without `ciep.`; it also names mail templates. */
  readonly title: string;
  /** The owning service. */
  readonly service: string;
  /** The aggregate that publishes it. */
  readonly aggregate: string;
  /** The Kafka topic, `ciep.<service>.<aggregate>`. */
  readonly topic: string;
  /** One line for the catalogue: when it is published and what it means. */
  readonly meaning: string;
  /** The schema of `data`; a consumer dead-letters an event that does not match. */
  readonly schema: z.ZodType<Data>;
  /** The recipients besides services; by default none. */
  readonly recipients: Recipients;
}

/** The data of an event type. */
export type EventData<Type> = Type extends EventType<infer Data> ? Data : never;

/**
 * Defines an event. `name` is `<service>.<aggregate>.<past_verb>.v<n>`; `recipients` are the audiences it concerns and whether portals may
 * subscribe, by default nobody.
 *
 * ```ts
 * export const invoicePaid = defineEvent(
 *   'billing.invoice.paid.v1',
 *   'The whole amount has arrived.',
 *   z.object({ invoiceId: id, organisationId: id }),
 *   { concerns: { organisation: 'organisationId' }, portals: true },
 * );
 * invoicePaid({ invoiceId, organisationId }); // throws when the data does not fit the schema
 * ```
 */
export function defineEvent<Data extends object>(
  name: string,
  meaning: string,
  schema: z.ZodType<Data>,
  recipients: Recipients<NamesOf<NoInfer<Data>>> = {},
): EventType<Data> {
  const [service, aggregate] = name.split('.');
  if (!/^[a-z]+(\.[a-z_]+){2}\.v[1-9]\d*$/.test(name) || !service || !aggregate) throw new Error(`"${name}" is not an event name`);
  const type = `ciep.${name}`;
  const make = (data: Data): IntegrationEvent<Data> => ({ type, data: schema.parse(data) });
  const topic = `ciep.${service}.${aggregate}`;
  return Object.assign(make, { type, title: name, service, aggregate, topic, meaning, schema, recipients });
}

/**
 * The events of one aggregate, version 1, which share `fields` and recipients.
 *
 * ```ts
 * const invoiceEvent = eventsOf('billing.invoice', { invoiceId: id, organisationId: id }, { concerns: { organisation: 'organisationId' } });
 * export const invoicePaid = invoiceEvent('paid', 'The whole amount has arrived.', { paid: amount });
 * ```
 */
export const eventsOf =
  <Fields extends z.ZodRawShape>(aggregate: string, fields: Fields, recipients: Recipients<NamesOf<Fields>> = {}) =>
  <Shape extends z.ZodRawShape>(verb: string, meaning: string, shape: Shape) => {
    const schema = z.object({ ...fields, ...shape });
    // `fields` are part of the event, but the compiler cannot infer that from a generic shape.
    return defineEvent(`${aggregate}.${verb}.v1`, meaning, schema, recipients as Recipients<NamesOf<z.infer<typeof schema>>>);
  };
