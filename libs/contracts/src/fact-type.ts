import type { Fact } from '@ciep/kernel';
import { z } from 'zod';

/** A kind of fact: call it to make one, name it in `@ReactsTo(...)` to receive it. */
export interface FactType<Data extends object = object> {
  (data: Data): Fact<Data>;
  /** The CloudEvents type, `ciep.<service>.<aggregate>.<past_verb>.v<n>`. */
  readonly type: string;
  /** The owning service. */
  readonly service: string;
  /** The aggregate that tells it. */
  readonly aggregate: string;
  /** The Kafka topic, `ciep.<service>.<aggregate>`. */
  readonly topic: string;
  /** One line for the catalogue: when it is told and what it means. */
  readonly meaning: string;
  /** The shape of `data`; a consumer refuses what does not fit and parks it. */
  readonly schema: z.ZodType<Data>;
}

/** The data of a kind of fact. */
export type FactData<Type> = Type extends FactType<infer Data> ? Data : never;

/**
 * Defines a fact. `name` is `<service>.<aggregate>.<past_verb>.v<n>`.
 *
 * ```ts
 * export const invoicePaid = defineFact('billing.invoice.paid.v1', 'The whole amount has arrived.', z.object({ invoiceId: id }));
 * invoicePaid({ invoiceId }); // throws when the data does not fit the schema
 * ```
 */
export function defineFact<Data extends object>(name: string, meaning: string, schema: z.ZodType<Data>): FactType<Data> {
  const [service, aggregate] = name.split('.');
  if (!/^[a-z]+(\.[a-z_]+){2}\.v[1-9]\d*$/.test(name) || !service || !aggregate) throw new Error(`"${name}" is not a fact name`);
  const type = `ciep.${name}`;
  const make = (data: Data): Fact<Data> => ({ type, data: schema.parse(data) });
  return Object.assign(make, { type, service, aggregate, topic: `ciep.${service}.${aggregate}`, meaning, schema });
}
