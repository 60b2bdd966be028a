import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Bodies } from '../../../apps/all-in-one/test/bodies.js';
import { addressOf, isId, type ApiDocument, type Operation } from '../../../apps/all-in-one/test/operations.js';
import { KnownThings } from './known-things.js';
import { Values } from './values.js';

/** A request to send. `token`: a valid one, none, or a bad one. */
export interface Probe {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly token: 'good' | 'none' | 'bad';
  /** Chooses one of the bad tokens. */
  readonly pick?: number;
  /** Whether it has an error, so that it must be refused. */
  readonly mustFail: boolean;
}

type Spoiling = (probe: Probe, pick: number) => Probe | undefined;

/** Makes requests for one operation, both valid and invalid ones. */
export class Requests {
  private readonly values: Values;
  private readonly bodies: Bodies;

  constructor(
    { components }: ApiDocument,
    private readonly known: KnownThings,
    receiver: string,
  ) {
    this.values = new Values(components.schemas, known, receiver);
    this.bodies = new Bodies(components.schemas);
  }

  /** Valid by the document; the platform may still refuse it because of its data. */
  valid(operation: Operation): fc.Arbitrary<Probe> {
    const { body } = operation;
    const query = fc.record(
      Object.fromEntries(operation.queryParameters.map(({ name, schema = {} }) => [name, this.values.of(schema, name)])),
      { requiredKeys: [], noNullPrototype: true },
    );
    return fc
      .record({
        picks: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        query: fc.option(query, { freq: 2, nil: {} }),
        body: body ? this.values.of(body) : fc.constant(undefined),
      })
      .map(({ picks, query, body }) => {
        const path = this.pathTo(operation, picks);
        const search = new URLSearchParams(
          Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
        );
        const { headers, content } = this.content(operation, body);
        return {
          ...{ what: 'valid', method: operation.method, token: 'good', mustFail: false },
          path: search.size > 0 ? `${path}?${search.toString()}` : path,
          headers: { ...headers, ...this.conditions(operation, path) },
          ...(content !== undefined && { body: content }),
        } as const;
      });
  }

  /** The same with one error. */
  spoilt(operation: Operation): fc.Arbitrary<Probe> {
    const ways = this.waysToSpoil(operation);
    return fc.tuple(this.valid(operation), fc.nat(), fc.nat()).map(
      ([probe, way, pick]) =>
        ways[way % ways.length]?.(probe, pick) ?? {
          ...probe,
          what: 'unknown parameter',
          path: `${probe.path}${probe.path.includes('?') ? '&' : '?'}noSuch=1`,
          mustFail: true,
        },
    );
  }

  private pathTo(operation: Operation, picks: readonly number[]): string {
    let place = 0;
    return addressOf(operation, parameter => {
      const pick = picks[place++ % picks.length] ?? 0;
      if (isId(parameter)) return KnownThings.one(this.known.forPath(operation, parameter.name), pick);
      if (parameter.name === 'regionCode') return ['210000', '110000', '999999'][pick % 3] ?? '';
      if (parameter.name === 'edition') return ['demo', 'current', 'no-such'][pick % 3] ?? '';
      return String(pick % 1_000);
    });
  }

  private content({ method, uploads }: Operation, body: unknown): { headers: Record<string, string>; content?: string } {
    const [mediaType] = uploads;
    if (mediaType !== undefined) return { headers: { 'content-type': 'application/pdf' }, content: '%PDF-1.7' };
    if (method === 'GET' || method === 'DELETE') return { headers: {} };
    return { headers: { 'content-type': 'application/json' }, content: JSON.stringify(body ?? {}) };
  }

  private conditions(operation: Operation, path: string): Record<string, string> {
    const { takesKey, takesVersion } = operation;
    const id = /[0-9a-f-]{36}/.exec(path)?.[0] ?? '';
    return {
      ...(takesKey && { 'idempotency-key': randomUUID() }),
      ...(takesVersion && { 'if-match': `"${this.known.versionOf(operation, id)}"` }),
    };
  }

  private waysToSpoil(operation: Operation): Spoiling[] {
    const { body, takesKey, takesVersion, needsKey, needsVersion, pathParameters, queryParameters, isPublic, template } = operation;
    const ids = pathParameters.filter(isId);
    const mutations = body ? this.bodies.mutations(body) : [];
    return [
      ...(isPublic ? [] : [withoutToken, withBadToken]),
      ...(ids.length > 0
        ? [
            badId(
              template,
              ids.map(({ name }) => name),
            ),
          ]
        : []),
      ...(queryParameters.length > 0 ? [badQuery(queryParameters.map(({ name }) => name))] : []),
      ...(needsKey ? [without('idempotency-key')] : []),
      ...(takesKey ? [header('idempotency-key', ['short', 'x'.repeat(129), 'with a blank in it', '""'])] : []),
      ...(needsVersion ? [without('if-match')] : []),
      ...(takesVersion ? [header('if-match', ['*', 'W/"1"', '"1", "2"', '1', '"-1"', '"99999999999"', '""'])] : []),
      ...(mutations.length > 0 ? [mutated(mutations), ...brokenBodies] : []),
      oddHeaders,
      otherMethod,
    ];
  }
}

const withoutToken: Spoiling = probe => ({ ...probe, what: 'no token', token: 'none', mustFail: true });
const withBadToken: Spoiling = (probe, pick) => ({ ...probe, what: 'a bad token', token: 'bad', pick, mustFail: true });
const without =
  (name: string): Spoiling =>
  probe => ({
    ...probe,
    what: `no ${name}`,
    headers: Object.fromEntries(Object.entries(probe.headers).filter(([key]) => key !== name)),
    mustFail: true,
  });
const header =
  (name: string, values: readonly string[]): Spoiling =>
  (probe, pick) => {
    const value = values[pick % values.length] ?? '';
    return { ...probe, what: `${name}: ${value.slice(0, 20)}`, headers: { ...probe.headers, [name]: value }, mustFail: true };
  };
const badId =
  (template: string, names: readonly string[]): Spoiling =>
  (probe, pick) => {
    const values = [
      'abc',
      '0',
      '-1',
      '%00',
      '%ff',
      '..%2f..',
      'null',
      '00000000-0000-0000-0000-00000000000g',
      '%F0%9F%92%A9',
      'x'.repeat(300),
      "'%20OR%201=1",
    ];
    const value = values[pick % values.length] ?? '';
    const place = template.split('/').indexOf(`{${names[pick % names.length]}}`);
    const [path = '', query] = probe.path.split('?');
    const parts = path.split('/');
    parts[place] = value;
    return {
      ...probe,
      what: `id ${value.slice(0, 30)}`,
      path: [parts.join('/'), query].filter(part => part !== undefined).join('?'),
      mustFail: true,
    };
  };
const badQuery =
  (names: readonly string[]): Spoiling =>
  (probe, pick) => {
    const values = ['%00', '%ff', '%zz', 'x'.repeat(9_000), '%ED%A0%80', '[]', '{}', '1e999', '-9223372036854775809', '%27', '%E2%80%AE'];
    const value = values[pick % values.length] ?? '';
    // A text field accepts any text.
    const mustFail = ['%00', 'x'.repeat(9_000)].includes(value);
    return {
      ...probe,
      what: `query ${value.slice(0, 20)}`,
      path: `${probe.path.split('?')[0]}?${names[pick % names.length]}=${value}`,
      mustFail,
    };
  };
const mutated =
  (mutations: readonly { what: string; body: unknown }[]): Spoiling =>
  (probe, pick) => {
    const { what, body } = mutations[pick % mutations.length] ?? { what: '', body: null };
    return { ...probe, what, body: JSON.stringify(body), mustFail: true };
  };

const raw =
  (what: string, change: (body: string) => string | Uint8Array, mustFail = true): Spoiling =>
  probe =>
    typeof probe.body === 'string' ? { ...probe, what, body: change(probe.body), mustFail } : undefined;
const inside = (body: string, field: string): string => `{${field}${body === '{}' ? '' : ','}${body.slice(1)}`;

/** Bodies that are not JSON, or unusual JSON. */
const brokenBodies: readonly Spoiling[] = [
  raw('half a body', body => body.slice(0, -1)),
  raw('deep arrays', body => inside(body, `"noSuch":${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
  raw('deep objects', body => inside(body, `"noSuch":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)),
  raw('a huge number', body => inside(body, '"noSuch":1e999999')),
  raw('a prototype', body => inside(body, '"__proto__":{"x":1}')),
  raw('a constructor', body => inside(body, '"constructor":{"prototype":{"x":1}}')),
  raw('many fields', body => inside(body, Array.from({ length: 5_000 }, (_, n) => `"f${n}":1`).join(','))),
  raw('bytes that are no UTF-8', body =>
    Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0x2c, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])]),
  ),
  raw('NUL', body => body.replaceAll(/:"[^"]*"/g, ':"a\\u0000b"'), false),
  raw('half a surrogate pair', body => body.replaceAll(/:"[^"]*"/g, ':"a\\ud800b"'), false),
  raw('every number huge', body => body.replaceAll(/:-?\d+(\.\d+)?/g, ':1e308'), false),
  raw('every number tiny', body => body.replaceAll(/:-?\d+(\.\d+)?/g, ':-1e-308'), false),
  // The last duplicate key counts, for us and for other readers.
  raw('every field twice', body => `${body.slice(0, -1)}${body === '{}' ? '' : ','}${body.slice(1)}`, false),
  raw('a list instead', () => '[]'),
  raw('null instead', () => 'null'),
  // Accepted where no field is needed.
  raw('nothing', () => '', false),
  raw('only blanks', () => ' \n\t'),
  raw('a byte order mark', body => `\uFEFF${body}`, false),
];

const odd: readonly (readonly [string, string])[] = [
  ['accept', 'text/html'],
  ['accept', 'application/x-nothing;q=0.1'],
  ['accept-language', 'xx-XX;q=9,,;;*'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'text/json'],
  ['content-type', 'multipart/form-data; boundary=x'],
  ['content-encoding', 'gzip'],
  ['traceparent', '00-ffffffffffffffffffffffffffffffff-0000000000000000-zz'],
  ['x-request-id', '{{7*7}}'],
  ['if-none-match', '"'],
  ['if-none-match', 'x'.repeat(5_000)],
  ['x-forwarded-for', '::1, 10.0.0.1'],
  ['x-user-id', 'admin'],
  ['range', 'bytes=5-1'],
  ['cookie', '_session=%00; a=b; a=c'],
];
const oddHeaders: Spoiling = (probe, pick) => {
  const [name, value] = odd[pick % odd.length] ?? ['accept', '*/*'];
  return { ...probe, what: `${name}: ${value.slice(0, 30)}`, headers: { ...probe.headers, [name]: value } };
};
const otherMethod: Spoiling = (probe, pick) => {
  const method = ['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS', 'PROPFIND'][pick % 6] ?? 'PUT';
  const { body: _body, ...rest } = probe;
  return { ...rest, what: 'another method', method };
};
