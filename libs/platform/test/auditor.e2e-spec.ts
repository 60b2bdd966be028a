import { randomUUID } from 'node:crypto';
import { createLog, exposition, type Log } from '@ciep/platform';
import { eventually, startService, type TestService } from '@ciep/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Auditor } from '../src/auditor/auditor.js';
import { Walk } from '../src/auditor/pages.js';
import { Database } from '../src/database/database.js';
import { sample } from './sample.js';

let service: TestService;
const lines: string[] = [];

beforeAll(async () => {
  service = await startService(sample, { log: createLog('info', { write: line => void lines.push(line) }) });
});
beforeEach(async () => {
  lines.length = 0;
  await service.query('DELETE FROM inbox; DELETE FROM outbox');
});

// Held back (retry_at, due_at), so that neither relay nor worker touches them.
const anOldEvent = async (minutes: number, isDeadLettered = false): Promise<string> => {
  const id = randomUUID();
  await service.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, created_at, retry_at, dead_lettered_at)
     VALUES ($1, 't', 'k', 'a', $1, 1, 0, 'x', '{}', clock_timestamp() - $2 * interval '1 minute', 'infinity', CASE WHEN $3 THEN now() END)`,
    [id, minutes, isDeadLettered],
  );
  return id;
};
const anUnreactedEvent = async (minutes: number, status = 'waiting'): Promise<string> => {
  const id = randomUUID();
  await service.query(
    `INSERT INTO inbox (reaction, event_id, key, type, event, status, received_at, due_at)
     VALUES ('r', $1, 'k', 'x', '{}', $3, clock_timestamp() - $2 * interval '1 minute', 'infinity')`,
    [id, minutes, status],
  );
  return id;
};

describe('the auditor of every service', () => {
  it('finds nothing while events are in flight', async () => {
    await anOldEvent(4);
    await anUnreactedEvent(4);
    expect(await service.running.audit()).toEqual([]);
  });

  it('finds an event that is not sent after five minutes', async () => {
    const id = await anOldEvent(6);
    expect(await service.running.audit()).toEqual([{ invariant: 'events_are_sent', count: 1, ids: [id] }]);
  });

  it('finds a received event without effect after five minutes', async () => {
    const id = await anUnreactedEvent(6);
    expect(await service.running.audit()).toEqual([{ invariant: 'events_have_their_effect', count: 1, ids: [id] }]);
  });

  it('finds dead letters of outbox and inbox', async () => {
    const ids = [await anUnreactedEvent(0, 'dead_lettered'), await anOldEvent(0, true)];
    expect(await service.running.audit()).toEqual([{ invariant: 'no_dead_letters', count: 2, ids }]);
  });

  it('reports a violation by metric and log, and its end', async () => {
    const id = await anUnreactedEvent(6);
    await service.running.audit();
    const sample = 'ciep_invariant_violations{service="sample",invariant="events_have_their_effect"}';
    expect(await exposition()).toContain(`${sample} 1\n`);
    expect(lines.map(line => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ level: 'error', service: 'sample', invariant: 'events_have_their_effect', ids: [id] }),
    );
    await service.query('DELETE FROM inbox');
    await service.running.audit();
    expect(await exposition()).toContain(`${sample} 0\n`);
  });

  it('counts up to a thousand and names twenty', async () => {
    await service.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status) SELECT 'r', gen_random_uuid(), 'k', 'x', '{}', 'dead_lettered' FROM generate_series(1, 1200)`,
    );
    const [violation] = await service.running.audit();
    expect(violation).toMatchObject({ invariant: 'no_dead_letters', count: 1_000 });
    expect(violation?.ids).toHaveLength(20);
  });
});

describe('the rounds of the auditor', () => {
  const auditors: Auditor[] = [];
  const silent: Log = createLog('silent');
  let leads = true;
  const start = (invariant: { violations: string; name?: string }) => {
    const { name = 'nothing_is_wrong', violations } = invariant;
    const auditor = new Auditor([{ name, holds: 'nothing is wrong', violations }], service.find(Database), silent, () => leads, {
      firstAfter: 10,
      every: 10,
    });
    auditors.push(auditor);
    auditor.start();
    return auditor;
  };
  const value = async (metric: string, invariant: string): Promise<number | undefined> => {
    const sample = `${metric}{service="sample",invariant="${invariant}"} `;
    const line = (await exposition()).split('\n').find(one => one.startsWith(sample));
    return line === undefined ? undefined : Number(line.slice(sample.length));
  };
  afterAll(() => Promise.all(auditors.map(auditor => auditor.stop())));

  it('are made only by the instance that leads', async () => {
    const auditor = start({ violations: `SELECT 'a' AS id` });
    await eventually(async () => expect(await value('ciep_invariant_violations', 'nothing_is_wrong')).toBe(1));
    leads = false;
    await eventually(async () => expect(await value('ciep_invariant_violations', 'nothing_is_wrong')).toBeUndefined());
    const before = await value('ciep_audit_duration_seconds_count', 'nothing_is_wrong');
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(await value('ciep_audit_duration_seconds_count', 'nothing_is_wrong')).toBe(before);
    leads = true;
    await eventually(async () => expect(await value('ciep_invariant_violations', 'nothing_is_wrong')).toBe(1));
    await auditor.stop();
    expect(await value('ciep_invariant_violations', 'nothing_is_wrong')).toBeUndefined();
  });

  it('let a slow invariant rest for a hundred times its duration', async () => {
    const auditor = start({ name: 'slow', violations: `SELECT 'a' AS id FROM pg_sleep(0.2)` });
    await eventually(async () => expect(await value('ciep_invariant_violations', 'slow')).toBe(1));
    await new Promise(resolve => setTimeout(resolve, 1_000));
    expect(await value('ciep_audit_duration_seconds_count', 'slow')).toBe(1);
    await auditor.stop();
  });

  it('report an invariant whose check fails as unchecked', async () => {
    const auditor = start({ name: 'broken', violations: 'SELECT id FROM no_such_table' });
    await eventually(async () => expect(await value('ciep_audit_failures_total', 'broken')).toBeGreaterThan(0));
    expect(await value('ciep_invariant_violations', 'broken')).toBeUndefined();
    await auditor.stop();
  });
});

describe('a table that only grows', () => {
  const wrong = async (after: string, upTo: string): Promise<string[]> => {
    const sql = `SELECT key FROM inbox WHERE id > $1 AND id <= $2 AND reaction LIKE 'wrong%' ORDER BY id`;
    return (await service.query<{ key: string }>(sql, [after, upTo])).map(({ key }) => key);
  };
  const add = (key: string, reaction = 'right') =>
    service.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status) VALUES ($1, gen_random_uuid(), $2, 'x', '{}', 'done')`,
      [reaction, key],
    );

  it('is checked page by page, and a finding stays until its page is checked again', async () => {
    await add('a', 'wrong');
    for (const key of ['b', 'c', 'd']) await add(key);
    await add('e', 'wrong');
    const walk = new Walk({ of: 'inbox', after: '0', size: 2 }, service.find(Database), wrong);
    expect(await walk.goOn(0)).toEqual(['a']);
    expect(await walk.goOn(0)).toEqual(['a']);
    expect(await walk.goOn(0)).toEqual(['a', 'e']);
    await service.query(`UPDATE inbox SET reaction = 'mended' WHERE key = 'a'`);
    expect(await walk.goOn(0)).toEqual(['e']);
    await service.query('DELETE FROM inbox');
    expect(await walk.goOn(0)).toEqual([]);
    await add('f', 'wrong');
    expect(await walk.goOn()).toEqual(['f']);
  });

  it('is checked completely when there is time', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await add(key, `wrong ${key}`);
    const walk = new Walk({ of: 'inbox', after: '0', size: 2 }, service.find(Database), wrong);
    expect(await walk.goOn(60_000)).toEqual(['a', 'b', 'c', 'd']);
  });
});
