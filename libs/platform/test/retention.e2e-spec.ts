import { randomUUID } from 'node:crypto';
import { invoicePaid } from '@ciep/contracts';
import { PlatformSettings, ConfigurationError } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { platformRules } from '../src/retention/retention-rules.js';
import { Retention } from '../src/retention/retention.js';
import { sample } from './sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startService(sample);
});
beforeEach(async () => {
  await service.query('TRUNCATE outbox, inbox, idempotency_keys, revoked_tokens, payments');
});

interface Aged {
  readonly age?: string;
  readonly count?: number;
}

/** Events that ended this long ago; without an age they are pending. */
const sent = ({ age, count = 1 }: Aged) =>
  service.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, created_at, published_at)
     SELECT gen_random_uuid(), 'nowhere', 'k', 'thing', gen_random_uuid(), 1, 0, $3, '{}', now() - interval '60 days', now() - $1::interval FROM generate_series(1, $2::int)`,
    [age ?? null, count, age ?? 'waits'],
  );
const handled = (status: string, { age, count = 1 }: Aged) =>
  service.query(
    `INSERT INTO inbox (reaction, event_id, key, type, event, status, received_at, due_at, processed_at, skipped_reason)
     SELECT 'r', gen_random_uuid(), 'k', $4, '{}', $1, now() - interval '90 days', 'infinity', now() - $2::interval, 'why' FROM generate_series(1, $3::int)`,
    [status, age ?? null, count, `${status} ${age ?? 'for ever'}`],
  );
const left = async (table: string) =>
  (await service.query<{ type: string }>(`SELECT type FROM ${table} ORDER BY id`)).map(({ type }) => type);
const count = async (table: string) => (await service.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count;

describe(Retention.name, () => {
  it('deletes sent and handled events after their time; pending events and dead letters stay, however old', async () => {
    for (const age of ['7 days 1 minute', '6 days 23 hours']) await sent({ age });
    await sent({});
    await service.query(
      `UPDATE outbox SET published_at = NULL, dead_lettered_at = now() - interval '80 days', type = 'dead_lettered' WHERE type = '7 days 1 minute'`,
    );
    await sent({ age: '8 days' });
    for (const status of ['done', 'skipped']) for (const age of ['31 days', '29 days 23 hours']) await handled(status, { age });
    for (const status of ['waiting', 'dead_lettered']) await handled(status, {});
    await service.runJobs();
    expect(await left('outbox')).toEqual(['dead_lettered', '6 days 23 hours', 'waits']);
    expect(await left('inbox')).toEqual([
      'done 29 days 23 hours',
      'skipped 29 days 23 hours',
      'waiting for ever',
      'dead_lettered for ever',
    ]);
  });

  it('deletes skipped events, and expired keys and marks', async () => {
    await sent({ age: '8 days' });
    await service.query(
      `UPDATE outbox SET published_at = NULL, dead_lettered_at = now(), skipped_at = now() - interval '8 days', skipped_reason = 'why'`,
    );
    for (const [key, age] of [
      ['old', '24 hours 1 minute'],
      ['young', '23 hours'],
    ])
      await service.query(
        `INSERT INTO idempotency_keys (principal, route, key, body_hash, created_at) VALUES ('p', 'r', $1, '', now() - $2::interval)`,
        [key, age],
      );
    for (const [mark, until] of [
      ['past', '-1 second'],
      ['coming', '1 minute'],
    ])
      await service.query(`INSERT INTO revoked_tokens (mark, until) VALUES ($1, now() + $2::interval)`, [mark, until]);
    await service.runJobs();
    expect(await count('outbox')).toBe(0);
    expect(await service.query('SELECT key FROM idempotency_keys')).toEqual([{ key: 'young' }]);
    expect(await service.query('SELECT mark FROM revoked_tokens')).toEqual([{ mark: 'coming' }]);
  });

  it('deletes 5,000 rows per transaction, on one instance at a time', async () => {
    await sent({ age: '8 days', count: 12_000 });
    await service.query(`CREATE TABLE batches (size int); GRANT INSERT ON batches TO PUBLIC;
      CREATE FUNCTION note_batch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO batches SELECT count(*) FROM gone; RETURN NULL; END $$;
      CREATE TRIGGER note_batch AFTER DELETE ON outbox REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_batch();`);
    await service.query('SELECT pg_advisory_lock(7318004)');
    await service.runJobs();
    expect(await count('outbox')).toBe(12_000);
    await service.query('SELECT pg_advisory_unlock(7318004)');
    await service.runJobs();
    expect(await service.query('SELECT size FROM batches')).toEqual([{ size: 5_000 }, { size: 5_000 }, { size: 2_000 }]);
    expect(await count('outbox')).toBe(0);
  });

  it('finds its rows by an index, in each of the tables', async () => {
    await service.query('SET enable_seqscan = off');
    for (const { table, since, where = 'true' } of platformRules(new PlatformSettings({}))) {
      const plan = await service.query(`EXPLAIN SELECT 1 FROM ${table} WHERE ${where} AND ${since} < now() - interval '1 day'`);
      expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan using|Bitmap Index Scan on/);
      expect(JSON.stringify(plan)).not.toContain('_pkey');
    }
    await service.query('RESET enable_seqscan');
  });

  it('keeps effects single as long as the inbox remembers, which must be twice the retention of a topic', async () => {
    const id = randomUUID();
    const event = {
      invoiceId: id,
      applicationId: id,
      editionId: id,
      organisationId: id,
      regionCode: null,
      paid: 1,
      overpaid: 0,
      currency: 'CNY' as const,
    };
    const delivery = { id: randomUUID() };
    await service.receive(invoicePaid, event, delivery);
    await service.query(`UPDATE inbox SET processed_at = now() - interval '29 days'`);
    await service.runJobs();
    await service.receive(invoicePaid, event, delivery);
    expect(await count('payments')).toBe(1);
    // Beyond that time a deleted event would take effect again, so inbox retention must outlast every topic.
    await service.query(`UPDATE inbox SET processed_at = now() - interval '31 days'`);
    await service.runJobs();
    await service.receive(invoicePaid, event, delivery);
    expect(await count('payments')).toBe(2);
    expect(() => new PlatformSettings({ CIEP_TOPIC_RETENTION_DAYS: '16' })).toThrow(ConfigurationError);
    expect(new PlatformSettings({ CIEP_TOPIC_RETENTION_DAYS: '16', CIEP_KEEP_INBOX_DAYS: '32' }).inboxDays).toBe(32);
  });
});
