import { randomUUID } from 'node:crypto';
import { createLog, MessageBus, Relay, type Message } from '@ciep/platform';
import { eventually, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sample } from './sample.js';

/** A bus that can be down; keeps what it took. */
class FragileBus extends MessageBus {
  isDown = false;
  readonly sent: Message[] = [];

  publish(messages: readonly Message[]): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('the bus is down'));
    this.sent.push(...messages);
    return Promise.resolve();
  }

  subscribe(): Promise<() => Promise<void>> {
    return Promise.reject(new Error('nobody subscribes here'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

let database: TestDatabase;
let admin: pg.Client;
let bus: FragileBus;
let relays: Relay[] = [];

beforeAll(async () => {
  database = await testDatabase(sample);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  await admin.query('TRUNCATE outbox');
  bus = new FragileBus();
});

const log = createLog('silent');
async function withRelays(count: number, work: () => Promise<void>): Promise<void> {
  relays = Array.from({ length: count }, () => new Relay({ url: database.url, service: 'sample', bus, log, onInboxDue: () => undefined }));
  for (const relay of relays) relay.start();
  try {
    await work();
  } finally {
    await Promise.all(relays.map(relay => relay.stop()));
  }
}

/** Facts of one aggregate, written as the repository writes them. */
async function tell(key: string, versions: number): Promise<void> {
  await admin.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
     SELECT id, 'ciep.billing.invoice', $1::text, 'invoice', $1::uuid, version, 0, 'ciep.billing.invoice.paid.v1', jsonb_build_object('id', id, 'aggregateversion', version)
     FROM (SELECT gen_random_uuid() AS id, version FROM generate_series(1, $2::int) AS version) AS fact ORDER BY version`,
    [key, versions],
  );
}

const unsent = async () =>
  (await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox WHERE published_at IS NULL')).rows[0]?.count;
const leaders = () => relays.filter(relay => relay.isLeader);
const versionsOf = (key: string) => bus.sent.filter(message => message.key === key).map(message => message.event.aggregateversion);

describe(Relay.name, () => {
  it('sends everything once, in the order of the key', async () => {
    const key = randomUUID();
    await tell(key, 1_200);
    await withRelays(2, async () => {
      await eventually(async () => expect(await unsent()).toBe(0));
    });
    expect(versionsOf(key)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1));
  });

  it('keeps what cannot be sent, with the reason, and sends it when the bus is back', async () => {
    const key = randomUUID();
    bus.isDown = true;
    await tell(key, 3);
    await withRelays(1, async () => {
      await eventually(async () => {
        const { rows } = await admin.query<{ last_error: string }>('SELECT last_error FROM outbox WHERE key = $1 ORDER BY id LIMIT 1', [
          key,
        ]);
        expect(rows[0]?.last_error).toContain('the bus is down');
      });
      expect(await unsent()).toBe(3);
      bus.isDown = false;
      await eventually(async () => expect(await unsent()).toBe(0));
    });
    expect(versionsOf(key)).toEqual([1, 2, 3]);
  });

  it('has one leader; when it loses its connection another takes over within two seconds', async () => {
    await withRelays(3, async () => {
      await eventually(() => expect(leaders()).toHaveLength(1));
      const [first] = leaders();
      await first?.stop();
      await eventually(() => expect(leaders()).toHaveLength(1), 2_000);
      expect(leaders()[0]).not.toBe(first);
      await admin.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() WHERE l.locktype = 'advisory'`,
      );
      await tell(randomUUID(), 5);
      await eventually(async () => expect([await unsent(), leaders().length]).toEqual([0, 1]), 5_000);
    });
  });
});
