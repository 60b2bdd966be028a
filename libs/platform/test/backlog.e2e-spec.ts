import { testDatabase } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { depthsSql } from '../src/service/service-figures.js';
import { dueSql } from '../src/messaging/inbox.js';
import { unsentSql } from '../src/messaging/outbox-table.js';
import { probeSql } from '../src/messaging/relay.js';
import { sample } from './sample.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

const finished = 8_000;
const waiting = 300;

let database: pg.Client;

// As after a rush: when the statistics were taken everything was pending, and by now most of it is done.
beforeAll(async () => {
  const { adminUrl } = await testDatabase(sample);
  database = new pg.Client({ connectionString: adminUrl });
  await database.connect();
  await database.query(`
    ALTER TABLE outbox SET (autovacuum_enabled = false);
    ALTER TABLE inbox SET (autovacuum_enabled = false);
    INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
      SELECT gen_random_uuid(), 'nowhere', gen_random_uuid(), 'thing', gen_random_uuid(), 1, 0, 't', '{}' FROM generate_series(1, ${finished + waiting});
    INSERT INTO inbox (reaction, event_id, key, type, event)
      SELECT 'Nobody.on', gen_random_uuid(), gen_random_uuid(), 't', '{}' FROM generate_series(1, ${finished + waiting});
    ANALYZE outbox, inbox;
    UPDATE outbox SET published_at = now() WHERE id <= ${finished};
    UPDATE inbox SET status = 'done', processed_at = now() WHERE id <= ${finished}`);
});
afterAll(() => database.end());

/** Rows that were read and discarded, and rows that were read to be sorted. */
async function readInVain(sql: string): Promise<number> {
  const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql.replace('$1', '100')}`);
  const count = (plan: Plan): number =>
    ((plan['Rows Removed by Filter'] ?? 0) + (plan['Node Type'] === 'Sort' ? (plan.Plans?.[0]?.['Actual Rows'] ?? 0) : 0)) *
      plan['Actual Loops'] +
    (plan.Plans ?? []).reduce((sum, below) => sum + count(below), 0);
  return rows[0] ? count(rows[0]['QUERY PLAN'][0].Plan) : NaN;
}

describe('a backlog of mostly finished rows', () => {
  it.each([
    ['the relay', unsentSql],
    ['its probe', probeSql],
    ['the inbox', dueSql],
    ['the metrics', depthsSql],
  ])('is not scanned by %s', async (_who, sql) => {
    expect(await readInVain(sql)).toBeLessThan(50);
  });

  it('is scanned in the order of the primary key (negative control)', async () => {
    expect(await readInVain(unsentSql.replace('published_at, id LIMIT', 'id LIMIT'))).toBeGreaterThan(finished / 2);
  });
});
