import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import {
  everyAnswer,
  headersOf,
  referenceTo,
  refusals,
  sharedHeaders,
  sharedParameters,
  sharedResponses,
  sharedSchemas,
  textExtension,
  type HeaderName,
  type ResponseName,
  type Section,
} from './shared-components.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = NonNullable<Operation['parameters']>[number];
type Response = NonNullable<NonNullable<Operation['responses']>[string]>;
interface Schema {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
  readonly [textExtension]?: 'Line' | 'Lines' | 'Instant';
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}
type Reference = ReturnType<typeof referenceTo>;

const shared: Readonly<Record<Section, Readonly<Record<string, unknown>>>> = {
  schemas: sharedSchemas,
  responses: sharedResponses,
  parameters: sharedParameters,
  headers: sharedHeaders,
};
/** `AuditEntries` from `audit-entries`. */
export const pascal = (text: string): string =>
  text.replaceAll(/(?:^|[^A-Za-z0-9])([a-z])/g, (_match, letter: string) => letter.toUpperCase());
const classOf = (schema: Schema | undefined): string | undefined => schema?.$ref?.split('/').at(-1);
/** An object with its keys in their order. */
export const sorted = <Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Collects the components of a document, so that operations refer to them instead of repeating them. */
export class ComponentCollection {
  private readonly sections = new Map<Section, Map<string, unknown>>();

  constructor(...all: readonly (Readonly<Partial<Record<Section, Readonly<Record<string, unknown>>>>> | undefined)[]) {
    for (const sections of all)
      for (const [section, components] of Object.entries(sections ?? {}))
        for (const [name, component] of Object.entries(components)) this.add(section as Section, name, component);
  }

  /** A reference in place of a response that every operation may have. */
  response(name: ResponseName): Reference {
    return this.add('responses', name, sharedResponses[name]);
  }

  /** A reference in place of a parameter that routes have by the platform, or of an id of the service; any other parameter as it is. */
  parameter(path: string, parameter: Parameter): Parameter {
    if (!('name' in parameter)) return parameter;
    this.sayTextOf(parameter);
    const [name] = Object.entries(sharedParameters).find(([, one]) => isDeepStrictEqual(one, plain(parameter))) ?? [];
    if (name !== undefined) return this.add('parameters', name, sharedParameters[name as keyof typeof sharedParameters]);
    const isId = parameter.in === 'path' && (parameter.schema as Schema | undefined)?.format === 'uuid';
    return isId ? this.add('parameters', pascal(`${thingsBefore(path, parameter.name)} ${parameter.name}`), parameter) : parameter;
  }

  /**
   * A reference in place of an answer that carries an object of one class or a page of them; any other answer as it is.
   * The name says all that differs between answers with the same class, so it never changes because another operation is there.
   */
  answer(status: string, response: Response, { isCached, isWrite, isAddressable }: AnswerKind): Response {
    const ofEvery = alike[status];
    if (ofEvery) return this.response(ofEvery);
    const schema = contentOf(response);
    const page = schema?.properties?.['nextCursor'] && classOf(schema.properties['items']?.items);
    const name = page ?? classOf(schema);
    if (schema === undefined || name === undefined) return { ...response, headers: headersOf(everyAnswer) };
    const fields = page === undefined ? this.fieldsOf(name) : {};
    const isCreated = status === '201';
    const headers: HeaderName[] = [
      ...(isCached || 'version' in fields ? (['ETag'] as const) : []),
      ...(page === undefined ? [] : (['Link'] as const)),
      ...(isCreated && 'id' in fields && isAddressable ? (['Location'] as const) : []),
      ...(isWrite ? (['IdempotencyReplayed'] as const) : []),
      ...everyAnswer,
    ];
    const suffix = [
      page && 'Page',
      isCached && !('version' in fields) && 'Cached',
      outcome(isCreated, isWrite),
      isCreated && !isAddressable && 'Inside',
    ];
    const content = { 'application/json': { schema: page ? this.add('schemas', name.replace(/(Dto)?$/, 'Page'), schema) : schema } };
    return this.add('responses', `${name}${suffix.filter(Boolean).join('')}`, {
      ...response,
      content,
      description: ('description' in response && response.description) || meaningOf(isCreated, isWrite),
      headers: headersOf(headers),
    });
  }

  /** Closes the schemas that a body is made of: the server refuses every field that they do not name. */
  refuseUnknownFields(body: unknown): void {
    for (const name of referredIn(body)) {
      const schema = this.sections.get('schemas')?.get(name) as Schema | undefined;
      if (schema?.properties === undefined || schema.additionalProperties !== undefined) continue;
      Object.assign(schema, { additionalProperties: false });
      this.refuseUnknownFields(schema);
    }
  }

  /** Says what texts may consist of where callers send them, and takes the notes of it off all else: answers carry older texts. */
  sayTexts(): void {
    for (const schema of (this.sections.get('schemas')?.values() ?? []) as Iterable<Schema>)
      for (const field of Object.values(schema.properties ?? {})) this.sayText(field, schema.additionalProperties === false);
  }

  /** The note of a text stands beside the schema of its parameter. */
  private sayTextOf(parameter: { schema?: unknown; [textExtension]?: 'Line' | 'Lines' | 'Instant' }): void {
    const { [textExtension]: text, schema = {} } = parameter;
    Reflect.deleteProperty(parameter, textExtension);
    this.sayText(Object.assign(schema as Schema, text !== undefined && { [textExtension]: text }), true);
  }

  private sayText(field: Schema, isSent: boolean): void {
    const text = field[textExtension];
    Reflect.deleteProperty(field, textExtension);
    if (isSent && text !== undefined) Object.assign(field, { allOf: [this.add('schemas', text, sharedSchemas[text])] });
    for (const inner of [field.items, ...Object.values(field.properties ?? {})]) if (inner) this.sayText(inner, isSent);
  }

  /** Whether nothing at all does not fit a schema: an object with required fields, or no object. */
  isNeeded(schema: unknown): boolean {
    const name = classOf(schema as Schema);
    const { required = [] } = ((name !== undefined && this.sections.get('schemas')?.get(name)) || {}) as { required?: readonly string[] };
    return name === undefined || required.length > 0;
  }

  /** The names of the headers of a response. */
  headersOf(response: Response): string[] {
    const name = '$ref' in response ? response.$ref.split('/').at(-1) : undefined;
    const whole = name === undefined ? response : ((this.sections.get('responses')?.get(name) ?? {}) as Response);
    return 'headers' in whole ? Object.keys(whole.headers ?? {}) : [];
  }

  /** The sections in the order of names, without those that are empty. */
  all(): Record<string, Record<string, unknown>> {
    return sorted([...this.sections].map(([section, entries]) => [section, sorted(entries)] as const));
  }

  private fieldsOf(name: string): object {
    return (this.sections.get('schemas')?.get(name) as Schema | undefined)?.properties ?? {};
  }

  /** Adds a component and the shared ones that it refers to. Throws when another one has its name. */
  private add(section: Section, name: string, component: unknown): Reference {
    const entries = this.sections.get(section) ?? new Map<string, unknown>();
    this.sections.set(section, entries);
    const known = entries.get(name);
    if (known !== undefined && !isDeepStrictEqual(plain(known), plain(component)))
      throw new Error(`the API document has two different components/${section}/${name}`);
    if (known === undefined) {
      entries.set(name, component);
      for (const [, kind = '', one = ''] of JSON.stringify(component).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
        const referred = shared[kind as Section][one];
        if (referred !== undefined) this.add(kind as Section, one, referred);
      }
    }
    return referenceTo(section, name);
  }
}

/** Properties of an answer besides its class. */
interface AnswerKind {
  readonly isCached: boolean;
  readonly isWrite: boolean;
  /** Whether a created resource can be read at the path of the POST plus its id. */
  readonly isAddressable: boolean;
}

/** The names of the schemas that something refers to directly. */
const referredIn = (part: unknown): string[] =>
  [...(JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);

/** As it is in the document: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The responses that carry the same whatever the operation is. */
const alike: Readonly<Record<string, ResponseName>> = { ...refusals, 204: 'NoContent' };

const contentOf = (response: Response): Schema | undefined =>
  'content' in response ? response.content?.['application/json']?.schema : undefined;

const outcome = (isCreated: boolean, isWrite: boolean): string => (isCreated ? 'Created' : isWrite ? 'Changed' : '');
const meaningOf = (isCreated: boolean, isWrite: boolean): string =>
  isCreated ? 'created' : isWrite ? 'done; as it is now' : 'as it is now';

/** What the ids in a path are of: the part of the path before the parameter. */
export const thingsBefore = (path: string, parameter: string): string =>
  path.split('/').at(path.split('/').indexOf(`{${parameter}}`) - 1) ?? '';
