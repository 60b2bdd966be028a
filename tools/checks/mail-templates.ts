import { things, type Audience, type EventType } from '@ciep/contracts';
import { z } from 'zod';
import { knownOf } from '../../apps/notification/src/mails/mail-templates.rules.js';

/** The mail templates as the checks see them. */
export interface Templates {
  readonly names: readonly string[];
  /** The variables of a template, as paths such as `application.number`. */
  askedBy(template: string): readonly string[];
}

/** The part of JSON Schema that lists fields. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
}

/** The checked part of an event type. */
type KnownType = Pick<EventType, 'title' | 'schema' | 'recipients'>;

/** An event with the recipients of a template. */
interface Address {
  readonly event: KnownType;
  readonly audience: Audience;
  readonly value: string | undefined;
}

const schemaOf = (schema: z.ZodType): Schema => z.toJSONSchema(schema) as Schema;

/**
 * Unused templates, templates for an audience that their event does not concern, or with unknown variables; and mails without a template.
 * `ownMails` are those that no event causes, with their variables. One line per fault.
 */
export function templateFaults(
  templates: Templates,
  events: readonly KnownType[],
  ownMails: Readonly<Record<string, readonly string[]>>,
): string[] {
  const addressed = templates.names.flatMap(name => addressOf(name, events) ?? []);
  return [
    ...Object.keys(ownMails)
      .filter(name => !templates.names.includes(name))
      .map(name => `${name}: there is no template`),
    ...events.flatMap(event => missingValues(event, addressed)),
    ...templates.names.flatMap(name => faultsOf(name, templates, events, ownMails).map(fault => `${name}: ${fault}`)),
  ].sort();
}

function addressOf(name: string, events: readonly KnownType[]): Address | undefined {
  const event = events.find(({ title }) => name.startsWith(`${title}.`));
  if (!event) return undefined;
  const [audience = '', ...value] = name.slice(event.title.length + 1).split('.');
  return { event, audience: audience as Audience, value: value.length === 0 ? undefined : value.join('.') };
}

/** The values that select different mails of an event. */
const valuesOf = ({ schema, recipients }: KnownType): readonly string[] =>
  (recipients.mailsBy === undefined ? undefined : schemaOf(schema).properties?.[recipients.mailsBy]?.enum) ?? [];

/** An audience with a template for one value needs one for each value, or a general one. */
function missingValues(event: KnownType, addressed: readonly Address[]): string[] {
  const own = Map.groupBy(
    addressed.filter(address => address.event === event),
    ({ audience }) => audience,
  );
  return [...own]
    .filter(([, addresses]) => addresses.every(({ value }) => value !== undefined))
    .flatMap(([audience, addresses]) =>
      valuesOf(event)
        .filter(value => !addresses.some(address => address.value === value))
        .map(value => `${event.title}.${audience}.${value}: there is no template`),
    );
}

function faultsOf(
  name: string,
  templates: Templates,
  events: readonly KnownType[],
  ownMails: Readonly<Record<string, readonly string[]>>,
): string[] {
  const own = ownMails[name];
  if (own)
    return templates
      .askedBy(name)
      .filter(path => !own.includes(path))
      .map(path => `asks for ${path}, which it is not given`);
  const address = addressOf(name, events);
  if (!address) return ['no event is called so, and no mail of our own'];
  const { event, audience, value } = address;
  if (event.recipients.concerns?.[audience] === undefined) return [`${event.title} concerns no ${audience}`];
  if (value !== undefined && !valuesOf(event).includes(value)) return [`the mails of ${event.title} do not differ by ${value}`];
  return templates
    .askedBy(name)
    .filter(path => !isThere(path, event, audience))
    .map(path => `asks for ${path}, which ${event.title} has not got`);
}

function isThere(path: string, event: KnownType, audience: Audience): boolean {
  const [root = '', ...rest] = path.split('.');
  const data = schemaOf(event.schema);
  if (knownOf[audience].includes(path)) return true;
  if (root in things) return has(data, [`${root}Id`]) && has(schemaOf(things[root as keyof typeof things].answer), rest.slice(0, 1));
  return has(data, [root, ...rest]);
}

/** An optional field may be missing, and a template that uses it would fail. */
function has({ properties = {}, required = [] }: Schema, [name = '', ...rest]: readonly string[]): boolean {
  const inner = properties[name];
  return inner !== undefined && required.includes(name) && (rest.length === 0 || has(inner, rest));
}
