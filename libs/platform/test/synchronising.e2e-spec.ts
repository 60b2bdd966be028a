import { randomUUID } from 'node:crypto';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { sample, scopes } from './sample.js';

const second = 1_000;
/** As long as a transaction may take. */
const longestTransaction = 10 * second;
const organisationId = randomUUID();
let service: TestService;

/** A clock for PostgreSQL that a test can move: its `now()` is found before the built-in one. */
const movableNow = async (admin: pg.Client): Promise<void> => {
  await admin.query(`
    CREATE SCHEMA moved;
    CREATE TABLE moved.clock AS SELECT now() AS at;
    CREATE FUNCTION moved.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM moved.clock';
    GRANT USAGE ON SCHEMA moved TO PUBLIC;
    GRANT SELECT ON moved.clock TO PUBLIC;
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = moved, pg_catalog, public', current_database()); END $$`);
};

beforeAll(async () => {
  service = await startService(sample, { beforeStart: movableNow });
});

interface Row {
  readonly id: string;
  readonly version: number;
  readonly title: string;
}

/** A portal that keeps a copy of the notes whose title begins with a mark. */
class Portal {
  readonly copy = new Map<string, Row>();
  private since = '2020-01-01T00:00:00Z';
  private cursor: string | undefined;

  constructor(
    private readonly mark: string,
    private readonly sort: string,
  ) {}

  /** Reads the next page; after the last it begins anew. Answers whether it was the last. */
  async readPage(): Promise<boolean> {
    const { mark: q, sort, since: updatedSince, cursor } = this;
    const query = { q, sort, updatedSince, limit: 2, ...(cursor !== undefined && { cursor }) };
    const { body } = await service.as({ roles: ['auditor'], organisationId, scopes }).get('/v1/sample/notes', { query });
    for (const row of body.items as Row[]) this.copy.set(row.id, row);
    this.cursor = (body.nextCursor as string | null) ?? undefined;
    if (this.cursor !== undefined) return false;
    this.since = body.syncedUntil as string;
    return true;
  }

  async readToTheEnd(): Promise<void> {
    while (!(await this.readPage()));
  }
}

/** Somebody who changes notes meanwhile, at once or in a transaction that is open for some seconds. */
class Writer {
  private now = Date.now();
  private readonly open = new Map<string, { since: number; title: string }>();

  constructor(private readonly ids: readonly string[]) {}

  async pass(milliseconds: number): Promise<void> {
    for (const [id, { since }] of this.open) if (this.now + milliseconds - since > longestTransaction) await this.commit(id);
    this.now += milliseconds;
    await service.query('UPDATE moved.clock SET at = $1', [new Date(this.now)]);
  }

  /** What PostgreSQL does: the row has the time at which its transaction began, and is seen when that ends. */
  begin(at: number, title: string): void {
    const id = this.ids[at] ?? '';
    if (!this.open.has(id)) this.open.set(id, { since: this.now, title });
  }

  async commit(id = this.open.keys().next().value): Promise<void> {
    const written = id === undefined ? undefined : this.open.get(id);
    if (id === undefined || !written) return;
    this.open.delete(id);
    const values = [id, written.title, new Date(written.since)];
    await service.query('UPDATE notes SET title = $2, version = version + 1, updated_at = $3 WHERE id = $1', values);
  }

  async write(at: number, title: string): Promise<void> {
    await this.commit(this.ids[at]);
    this.begin(at, title);
    await this.commit(this.ids[at]);
  }

  async end(): Promise<void> {
    while (this.open.size > 0) await this.commit();
  }
}

const rows = 5;
const row = fc.nat(rows - 1);
const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'read' } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), row, letter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('begin' as const), row, letter }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'commit' } as const) },
);
const sort = fc.constantFrom('title', '-title', 'updatedAt', '-updatedAt');

describe('a portal that synchronises', () => {
  it('misses no row, whatever is written while it reads its pages', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(sort, fc.array(step, { maxLength: 25 }), async (order, steps) => {
        const mark = `r${(round += 1)}-`;
        const titled = (end: string) => `${mark}${end}`;
        const added = await service.query<{ id: string }>(
          `INSERT INTO notes (id, version, organisation_id, title, lines, amount)
           SELECT gen_random_uuid(), 1, $1, $2 || chr(97 + n), '[]', 0 FROM generate_series(0, ${rows - 1}) AS n RETURNING id`,
          [organisationId, mark],
        );
        const portal = new Portal(mark, order);
        const writer = new Writer(added.map(({ id }) => id));
        await writer.pass(60 * second);
        for (const step of steps) {
          if (step.kind === 'read') await portal.readPage();
          else if (step.kind === 'pass') await writer.pass(step.seconds * second);
          else if (step.kind === 'write') await writer.write(step.row, titled(step.letter));
          else if (step.kind === 'begin') writer.begin(step.row, titled(step.letter));
          else await writer.commit();
        }
        await writer.end();
        await portal.readToTheEnd();
        await portal.readToTheEnd();
        const kept = await service.query<Row>('SELECT id, version, title FROM notes WHERE title LIKE $1 ORDER BY id', [`${mark}%`]);
        expect([...portal.copy.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(kept);
      }),
      { numRuns: 60 },
    );
  });

  it('is told an instant that is not ahead of the clock, whatever it asks for', async () => {
    const query = { updatedSince: '2190-01-01T00:00:00Z', limit: 1 };
    const { body } = await service.as({ roles: ['auditor'], organisationId, scopes }).get('/v1/sample/notes', { query });
    const [clock] = await service.query<{ at: Date }>('SELECT at FROM moved.clock');
    expect(body.syncedUntil).toBe(clock?.at.toISOString());
  });
});
