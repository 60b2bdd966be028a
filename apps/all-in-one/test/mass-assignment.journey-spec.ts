import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@ciep/platform';
import { ResponseValidator } from '@ciep/testing';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Bodies } from './bodies.js';
import { ApiProber, type ProbeRequest } from './api-prober.js';
import type { Operation, Schema } from './operations.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** Sends every column name of our tables as an extra field of every body. */
let stage: InOneProcess;
let prober: ApiProber;
let bodies: Bodies;
let token: string;
/** Column names by service, in database and TypeScript spelling. */
const columns = new Map<string, readonly string[]>();

beforeAll(async () => {
  stage = await inOneProcess();
  prober = await ApiProber.at(stage);
  bodies = new Bodies(prober.document.components.schemas);
  token = await prober.withRoles();
  for (const { name, find } of databases()) {
    const rows = await find(Database).query<{ name: string }[]>(
      `SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`,
    );
    const camel = (text: string) => text.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    columns.set(name, [...new Set(rows.flatMap(row => [row.name, camel(row.name)]))]);
  }
});
afterAll(() => stage.close());

const databases = () => [...stage.platform.running.values()].filter(({ name }) => name !== 'gateway');
const written = () =>
  Promise.all(
    databases().map(({ find }) =>
      find(Database).query('SELECT (SELECT count(*)::int FROM outbox) AS events, (SELECT count(*)::int FROM audit_entries) AS changes'),
    ),
  );

type Json = Record<string, unknown>;

/** The objects of a body, including itself, by JSON pointer. */
function objectsIn(value: unknown, pointer = ''): [string, Json][] {
  if (Array.isArray(value)) return value.flatMap((one, index) => objectsIn(one, `${pointer}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  return [[pointer, value as Json], ...Object.entries(value).flatMap(([name, inner]) => objectsIn(inner, `${pointer}/${name}`))];
}

interface Try extends ProbeRequest {
  /** Pointers to the added columns, each of which must be refused. */
  readonly added: readonly string[];
}

/** A problem names at most a hundred fields. */
const atOnce = 90;

/** For each object in a request body: the body with every column that is not a field of that object, some at a time. */
function triesOf(operation: Operation & { body: Schema }): Try[] {
  const known = columns.get(operation.template.split('/')[2] ?? '') ?? [];
  return objectsIn(bodies.valid(operation.body)).flatMap(([pointer, whole]) => {
    const names = known.filter(name => !(name in whole));
    return Array.from({ length: Math.ceil(names.length / atOnce) }, (_, round) => {
      const added = names.slice(round * atOnce, (round + 1) * atOnce);
      const body = bodies.valid(operation.body);
      const [, target = {}] = objectsIn(body).find(([at]) => at === pointer) ?? [];
      for (const name of added) target[name] = /id$/i.test(name) ? randomUUID() : true;
      return {
        operation,
        what: `columns at ${pointer || '/'}`,
        token,
        body: JSON.stringify(body),
        added: added.map(name => `${pointer}/${name}`),
      };
    });
  });
}

describe('a column sent as an extra field', () => {
  it('is refused as an unknown field, in every object of every body', async () => {
    const before = await written();
    const tries = prober.operations
      .filter((operation): operation is Operation & { body: Schema } => operation.body !== undefined)
      .flatMap(triesOf);
    const pairs = tries.reduce((sum, { added }) => sum + added.length, 0);
    expect([...columns.values()].every(({ length }) => length > 50)).toBe(true);
    expect(pairs).toBeGreaterThan(5_000);
    await prober.send(tries, (status, { errors = [] }, probe) => {
      const refused = new Set(errors.filter(({ code }) => code === 'unknown').map(({ pointer }) => pointer));
      const taken = (probe as Try).added.filter(pointer => !refused.has(pointer));
      return status === 422 && taken.length === 0 ? undefined : `expected 422 for each; taken: ${taken.slice(0, 5).join(' ')}`;
    });
    expect(prober.takeComplaints()).toEqual([]);
    expect(await written()).toEqual(before);
  });

  it('negative control: does not count a real field of the body as unknown', async () => {
    const [operation] = prober.operations.filter(({ name }) => name === 'post /v1/identity/registrations');
    const codes: string[] = [];
    const probe = {
      operation: operation as Operation,
      what: 'a wrong field',
      body: JSON.stringify({ origin: 'nowhere', status: 'active' }),
    };
    await prober.send([probe], (_status, { errors = [] }) => {
      codes.push(
        ...errors.filter(({ pointer }) => ['/origin', '/status'].includes(pointer)).map(({ pointer, code }) => `${pointer} ${code}`),
      );
      return undefined;
    });
    expect(codes.sort()).toEqual(['/origin not_allowed', '/status unknown']);
  });
});

describe('an answer', () => {
  it('negative control: fails every HTTP test if it has an undocumented field', () => {
    const validator = new ResponseValidator(prober.document as unknown as OpenAPIObject);
    const answer = { method: 'GET', path: '/v1/conference/milestone-kinds', status: 200, contentType: 'application/json' };
    const items = [{ code: 'opening', name: { zh: '开幕', en: 'Opening' } }];
    const validated = (extra: object) => () => validator.validate({ ...answer, body: { items: [{ ...items[0], ...extra }] } });
    expect(validated({ password_hash: 'x' })).toThrow('does not match the API document');
  });
});
