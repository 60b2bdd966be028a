import { randomUUID } from 'node:crypto';
import { resolved, type Schema } from './operations.js';

type Json = unknown;
type Path = readonly (string | number)[];

/** A body with exactly one error. */
export interface Mutation {
  readonly what: string;
  /** JSON pointer to the error. */
  readonly pointer: string;
  readonly body: Json;
}

/** A matching text for each pattern of the API. */
const fitting: Readonly<Record<string, string>> = {
  '^[0-9A-Za-z][0-9A-Za-z -]*$': '6222000011112222',
  '^[a-z0-9](-?[a-z0-9])*$': 'example-22',
  '^\\d{6}$': '210000',
  '^\\+[0-9][0-9 -]{4,28}$': '+86 755 5550 0100',
  '^[A-Za-z0-9-]+$': 'SF1234567890',
  '^(\\/[A-Za-z0-9]+)*$': '/contact',
  '^[A-Z0-9][A-Z0-9-]{0,19}$': '2B-017',
  '^[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2})*$': '9.9.9',
  '^[A-Z]{2}$': 'DE',
};

const formats: Readonly<Record<string, () => string>> = {
  uuid: randomUUID,
  'date-time': () => '2031-05-06T08:00:00+08:00',
  date: () => '2031-05-06',
  email: () => 'somebody@example.org',
  uri: () => 'https://example.org/hook',
};

const notOfFormat: Readonly<Record<string, string>> = {
  uuid: 'no-uuid',
  'date-time': '2031-02-30T08:00:00+08:00',
  date: '2031-02-30',
  email: 'nobody',
  uri: 'no address',
};

const nul = 'a\u0000b';
const fits = (text: string, pattern: string): boolean => new RegExp(pattern, 'u').test(text);

/** Makes request bodies from the schemas of the API document. */
export class Bodies {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  /** A valid body with every field. */
  valid(given: Schema): Json {
    const schema = this.resolved(given);
    if (schema.example !== undefined) return schema.example;
    if (schema.enum) return schema.enum[0];
    switch (this.typeOf(schema)) {
      case 'object':
        return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, this.valid(field)]));
      case 'array':
        return Array.from({ length: Math.max(schema.minItems ?? 0, (schema.maxItems ?? 1) > 0 ? 1 : 0) }, () =>
          this.valid(schema.items ?? {}),
        );
      case 'integer':
      case 'number':
        return Math.max(schema.minimum ?? 1, 1);
      case 'boolean':
        return true;
      default:
        return this.text(schema);
    }
  }

  /** Every body that differs from the valid one by one error. */
  mutations(schema: Schema): Mutation[] {
    const whole = this.valid(schema);
    return this.wrongs(schema, []).map(({ what, path, value }) => ({
      what: `${what} at /${path.join('/')}`,
      pointer: path.map(part => `/${part}`).join(''),
      body: changed(whole, path, value),
    }));
  }

  private text({ format, pattern, minLength = 1, maxLength = 100 }: Schema): string {
    const ordinary = formats[format ?? '']?.() ?? 'An example, long enough'.padEnd(minLength, '.').slice(0, maxLength);
    if (pattern === undefined || fits(ordinary, pattern)) return ordinary;
    const text = fitting[pattern];
    if (text === undefined) throw new Error(`no text for the pattern ${pattern}: add one`);
    return text;
  }

  private wrongs(given: Schema, path: Path): { what: string; path: Path; value: Json }[] {
    const schema = this.resolved(given);
    const here = (what: string, value: Json) => ({ what, path, value });
    const type = this.typeOf(schema);
    const wrongs = path.length === 0 ? [] : [here('wrong type', type === 'object' ? 'text' : { an: 'object' })];
    if (path.length > 0 && !this.nullable(given)) wrongs.push(here('null', null));
    if (schema.enum) return [...wrongs, here('no such word', 'no-such-word')];
    if (type === 'string') {
      wrongs.push(here('NUL byte', nul), here('number for text', 42));
      if (schema.maxLength !== undefined) wrongs.push(here('over-long text', 'a'.repeat(schema.maxLength + 1)));
      if ((schema.minLength ?? 0) > 0) wrongs.push(here('blank text', '   '));
      const { pattern, minLength = 1 } = schema;
      const wrong =
        pattern === undefined ? undefined : ['!'.repeat(Math.max(minLength, 1)), 'bell\u0007', 'a\nb'].find(text => !fits(text, pattern));
      if (wrong !== undefined) wrongs.push(here('wrong pattern', wrong));
      const wrongFormat = notOfFormat[schema.format ?? ''];
      if (wrongFormat !== undefined) wrongs.push(here(`no ${schema.format}`, wrongFormat));
    }
    if (type === 'integer' || type === 'number') {
      wrongs.push(here('text for number', '5'));
      if (type === 'integer') wrongs.push(here('fraction', 1.5), here('huge number', 1e300));
      if (schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER) wrongs.push(here('too small', schema.minimum - 1));
      if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) wrongs.push(here('too large', schema.maximum + 1));
    }
    if (type === 'boolean') wrongs.push(here('text for flag', 'true'));
    if (type === 'array') {
      const items = schema.items ?? {};
      if (schema.maxItems !== undefined)
        wrongs.push(
          here(
            'too many items',
            Array.from({ length: schema.maxItems + 1 }, () => this.valid(items)),
          ),
        );
      if ((schema.minItems ?? 0) > 0) wrongs.push(here('too few items', []));
      // A list of words is refused as a whole, a list of objects at the item.
      if (this.typeOf(this.resolved(items)) === 'object') wrongs.push(...this.wrongs(items, [...path, 0]));
      else wrongs.push(here('wrong item', [{ an: 'object' }]));
    }
    if (type === 'object') {
      wrongs.push({ what: 'unknown field', path: [...path, 'noSuchField'], value: 'x' });
      for (const name of schema.required ?? []) wrongs.push({ what: 'missing field', path: [...path, name], value: undefined });
      for (const [name, field] of Object.entries(schema.properties ?? {})) wrongs.push(...this.wrongs(field, [...path, name]));
    }
    return wrongs;
  }

  private nullable(given: Schema): boolean {
    const schema = given.$ref === undefined ? given : this.resolved(given);
    return (schema.type?.includes('null') ?? false) || (schema.anyOf?.some(one => one.type === 'null') ?? false);
  }

  private resolved(schema: Schema): Schema {
    return resolved(schema, this.schemas);
  }

  private typeOf({ type, properties }: Schema): string | undefined {
    const known = typeof type === 'string' ? type : type?.find(one => one !== 'null');
    return known ?? (properties ? 'object' : undefined);
  }
}

/** A copy with one value replaced; `undefined` removes it. */
function changed(whole: Json, [first, ...rest]: Path, value: Json): Json {
  if (first === undefined) return value;
  const copy: Record<string | number, Json> = Array.isArray(whole) ? ([...(whole as Json[])] as never) : { ...(whole as object) };
  copy[first] = changed(copy[first], rest, value);
  return copy;
}
