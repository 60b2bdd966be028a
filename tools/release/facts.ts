import { eventCatalogue } from '@ciep/contracts';
import { isSharedComponent } from '@ciep/platform';
import { z } from 'zod';

/**
 * What clients rely on: each operation, parameter, field and event by its place, with what is said of it. `sent` is what callers give,
 * `answered` what they get; a schema of both has both.
 *
 *     POST /v1/billing/payments                    {"operation":["recordPayment"],"scope":["billing:write"]}
 *     sent BillingRecordPaymentDto.receivedOn      {"required":true,"type":["string"],"format":["date"]}
 */
export type Facts = ReadonlyMap<string, Fact>;

/** The facts about one place: sets of words, bounds and flags. */
export type Fact = Readonly<Record<string, readonly string[] | number | boolean>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly uniqueItems?: boolean;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly [bound: string]: unknown;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}
interface Answer {
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, unknown>>;
}
type Referred = { readonly $ref: string };
interface Operation {
  readonly operationId?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-permission'?: string;
  readonly parameters?: readonly (Parameter | Referred)[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<Record<string, Answer | Referred>>;
}

/** The parts of a service's API document that clients rely on. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Headers that every answer has, so that they say nothing of one. */
const inEveryAnswer = new Set(['RateLimit', 'RateLimit-Policy', 'X-Request-Id']);

/** The part of an event type that counts. */
interface TypedSchema {
  readonly type: string;
  readonly schema: z.ZodType;
}

type Direction = 'sent' | 'answered';

export const bounds = ['minimum', 'minLength', 'minItems', 'minProperties', 'maximum', 'maxLength', 'maxItems', 'maxProperties'] as const;

/** The facts of all services, by their API documents, and of all events, sorted. */
export function factsOf(documents: ReadonlyMap<string, ApiDocument>, events: Iterable<TypedSchema> = eventCatalogue.values()): Facts {
  const facts = new Map<string, Fact>();
  for (const [service, document] of documents) new Reading(service, document, facts).readAll();
  for (const { type, schema } of events) new Reading('', { paths: {}, components: {} }, facts).readEvent(type, z.toJSONSchema(schema));
  return new Map([...facts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The reading of one document. */
class Reading {
  constructor(
    private readonly service: string,
    private readonly document: ApiDocument,
    private readonly facts: Map<string, Fact>,
  ) {}

  readAll(): void {
    const { paths, webhooks = {} } = this.document;
    for (const [path, item] of Object.entries(paths))
      for (const [method, operation] of Object.entries(item)) this.readOperation(`${method.toUpperCase()} ${path}`, operation);
    for (const [type, { post }] of Object.entries(webhooks)) {
      this.facts.set(`webhook ${type}`, {});
      this.readContent(`webhook ${type} body`, 'answered', post?.requestBody?.content ?? {}, {});
    }
  }

  readEvent(type: string, schema: unknown): void {
    this.facts.set(`event ${type}`, {});
    this.readSchema(`event ${type} data`, 'answered', schema as Schema);
  }

  private readOperation(place: string, operation: Operation): void {
    const { operationId = '', security = [], parameters = [], requestBody, responses = {} } = operation;
    const permission = operation['x-permission'];
    this.facts.set(place, {
      operation: [operationId],
      access: [
        ...(security.length === 0 ? ['public'] : security.flatMap(one => Object.values(one).flat())),
        ...(permission ? [permission] : []),
      ] as string[],
    });
    for (const one of parameters) {
      const { name, in: where, required, schema } = this.resolved<Parameter>(one);
      // What many operations take is said once, by the name of the component.
      const shared = '$ref' in one ? this.nameOf('parameters', one.$ref) : undefined;
      const facts: Fact = { ...(required && { required }), ...(shared !== undefined && { schema: [shared] }) };
      this.readSchema(`${place} sent ${where} ${name}`, 'sent', shared === undefined ? schema : {}, facts);
      if (shared !== undefined) this.readSchema(`sent ${shared}`, 'sent', schema);
    }
    if (requestBody) this.readContent(`${place} sent body`, 'sent', requestBody.content, requestBody.required ? { required: true } : {});
    for (const [status, one] of Object.entries(responses)) {
      if (!/^2/.test(status)) continue;
      const { content = {}, headers = {} } = this.resolved<Answer>(one);
      this.readContent(`${place} answered ${status}`, 'answered', content, {
        headers: Object.keys(headers).filter(name => !inEveryAnswer.has(name)),
      });
    }
  }

  private readContent(place: string, direction: Direction, content: Content, more: Fact): void {
    const media = Object.keys(content);
    this.readSchema(place, direction, Object.values(content)[0]?.schema, { ...more, ...(media.length > 0 && { media }) });
  }

  /** A schema at its place, and the schemas that it refers to at theirs. */
  private readSchema(place: string, direction: Direction, schema: Schema = {}, more: Fact = {}): void {
    this.facts.set(place, { ...more, ...ownFacts(schema, direction), ...this.references(schema, direction) });
    this.readFields(place, direction, schema);
  }

  private readFields(place: string, direction: Direction, { properties = {}, required = [], items, allOf = [] }: Schema): void {
    for (const [name, field] of Object.entries(properties))
      this.readSchema(`${place}.${name}`, direction, field, required.includes(name) ? { required: true } : {});
    if (items) this.readSchema(`${place}[]`, direction, items);
    for (const part of allOf) if (part.$ref === undefined) this.readFields(place, direction, part);
  }

  /** The names of what a schema may be: of other schemas, or of simple types. */
  private references({ $ref, allOf = [], oneOf = [], anyOf = [] }: Schema, direction: Direction): Fact {
    const all = [...($ref === undefined ? [] : [{ $ref }]), ...allOf, ...oneOf, ...anyOf];
    const schemas = all.flatMap(one => {
      if (one.$ref === undefined) return one.type === undefined ? [] : [String(one.type)];
      const name = this.nameOf('schemas', one.$ref);
      const place = `${direction} ${name}`;
      if (!this.facts.has(place)) this.readSchema(place, direction, this.resolved<Schema>(one));
      return [name];
    });
    return schemas.length > 0 ? { schema: schemas } : {};
  }

  /** The name of a component in the document of all services. */
  private nameOf(section: string, reference: string): string {
    const name = reference.split('/').at(-1) ?? '';
    return isSharedComponent(section, name) ? name : `${pascal(this.service)}${name}`;
  }

  private resolved<Whole>(one: Whole | Referred): Whole {
    if (typeof one !== 'object' || one === null || !('$ref' in one)) return one;
    const [section = '', name = ''] = one.$ref.split('/').slice(-2);
    return this.document.components[section]?.[name] as Whole;
  }
}

/** The facts about a schema. Answers may use less than their bounds allow, so only their structure counts. */
function ownFacts(schema: Schema, direction: Direction): Fact {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const what = {
    ...(schema.type !== undefined && { type: [schema.type].flat() }),
    ...(values && { enum: values.map(String) }),
    ...(schema.format !== undefined && { format: [schema.format] }),
  };
  if (direction === 'answered') return what;
  return {
    ...what,
    ...(schema.pattern !== undefined && { pattern: [schema.pattern] }),
    ...Object.fromEntries(bounds.filter(bound => typeof schema[bound] === 'number').map(bound => [bound, schema[bound] as number])),
    ...(schema.uniqueItems === true && { uniqueItems: true }),
    ...(schema.additionalProperties === false && { closed: true }),
  };
}

const pascal = (name: string): string => name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** Facts as text, one on each line, indented below what their place begins with; a set of one word is that word. */
export function written(facts: Facts): string {
  const above: string[] = [];
  return [...facts]
    .map(([place, fact]) => {
      while (above.length > 0 && !/^[ .[]/.test(place.startsWith(above.at(-1) ?? '') ? place.slice(above.at(-1)?.length) : '')) above.pop();
      const line = `${'\t'.repeat(above.length)}${place.slice(above.at(-1)?.length ?? 0)}\t${JSON.stringify(fact, withoutSetsOfOne)}\n`;
      above.push(place);
      return line;
    })
    .join('');
}

/** Facts from their text. */
export function read(text: string): Facts {
  const above: string[] = [];
  return new Map(
    [...text.matchAll(/^(\t*)([^\t\n]+)\t(.+)$/gm)].map(([, depth = '', end = '', fact = '{}']) => {
      above.length = depth.length;
      above.push((above.at(-1) ?? '') + end);
      return [above.at(-1) ?? '', JSON.parse(fact, withSetsOfOne) as Fact] as const;
    }),
  );
}

const withoutSetsOfOne = (_key: string, value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
// The words of a longer set have become sets themselves.
const withSetsOfOne = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? (value as unknown[]).flat() : value;
