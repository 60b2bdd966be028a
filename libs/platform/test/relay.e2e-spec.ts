import { randomUUID } from 'node:crypto';
import { createLog, MessageBus, MessageRefused, Relay, type Message } from '@ciep/platform';
import { eventually, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sample } from './sample.js';

/** A bus that can be down and refuses certain messages; it stores what it accepts. */
class FragileBus extends MessageBus {
  isDown = false;
  /** Key of the messages that are too large for it. */
  tooLarge: string | undefined;
  /** A topic that does not exist on it. */
  missing: string | undefined;
  asked = 0;
  readonly sent: Message[] = [];

  publish(messages: readonly Message[]): Promise<void> {
    this.asked += 1;
    if (this.isDown) return Promise.reject(new Error('the bus is down'));
    if (messages.some(({ topic }) => topic === this.missing)) return Promise.reject(new MessageRefused('no such topic', true));
    if (messages.some(({ key }) => key === this.tooLarge)) return Promise.reject(new MessageRefused('too large', false));
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

/** Events of one aggregate, written as the repository writes them. */
async function record(key: string, versions: number, topic = 'ciep.billing.invoice'): Promise<void> {
  await admin.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
     SELECT id, $3, $1::text, 'invoice', $1::uuid, version, 0, 'ciep.billing.invoice.paid.v1', jsonb_build_object('id', id, 'aggregateversion', version)
     FROM (SELECT gen_random_uuid() AS id, version FROM generate_series(1, $2::int) AS version) AS event ORDER BY version`,
    [key, versions, topic],
  );
}

interface State {
  readonly attempts: number;
  readonly deadLetters: boolean;
  readonly sent: boolean;
}
const stateOf = async (key: string) =>
  (
    await admin.query<State>(
      'SELECT attempts, dead_lettered_at IS NOT NULL AS "deadLetters", published_at IS NOT NULL AS sent FROM outbox WHERE key = $1 ORDER BY id',
      [key],
    )
  ).rows;
/** Makes events with a pending retry due now, so that no test waits for a back-off. */
const hurry = () => admin.query(`UPDATE outbox SET retry_at = now() WHERE retry_at < 'infinity'`);
const untilDeadLettered = (key: string) =>
  eventually(async () => {
    await hurry();
    expect((await stateOf(key))[0]).toMatchObject({ deadLetters: true });
  }, 10_000);

const unsent = async () =>
  (await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox WHERE published_at IS NULL')).rows[0]?.count;
const leaders = () => relays.filter(relay => relay.isLeader);
const versionsOf = (key: string) => bus.sent.filter(message => message.key === key).map(message => message.event.aggregateversion);

describe(Relay.name, () => {
  it('sends everything once, in the order of the key', async () => {
    const key = randomUUID();
    await record(key, 1_200);
    await withRelays(2, async () => {
      await eventually(async () => expect(await unsent()).toBe(0));
    });
    expect(versionsOf(key)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1));
  });

  it('keeps events that cannot be sent, with the reason, and sends them when the bus is back', async () => {
    const key = randomUUID();
    bus.isDown = true;
    await record(key, 3);
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
      await record(randomUUID(), 5);
      await eventually(async () => expect([await unsent(), leaders().length]).toEqual([0, 1]), 5_000);
    });
  });

  it('dead-letters an event that the bus refuses five times, holds back only its key, and continues in order after a replay', async () => {
    const healthy = Array.from({ length: 40 }, () => randomUUID());
    const poison = randomUUID();
    bus.tooLarge = poison;
    for (const key of [...healthy.slice(0, 20), poison, ...healthy.slice(20)]) await record(key, 3);
    await withRelays(1, async () => {
      await untilDeadLettered(poison);
      for (const key of healthy) expect(versionsOf(key).filter((version, at, all) => all.indexOf(version) === at)).toEqual([1, 2, 3]);
      const waiting = { attempts: 0, deadLetters: false, sent: false };
      expect(await stateOf(poison)).toEqual([{ attempts: 5, deadLetters: true, sent: false }, waiting, waiting]);
      const next = randomUUID();
      await record(next, 2);
      await eventually(() => expect(versionsOf(next)).toEqual([1, 2]));
      expect(versionsOf(poison)).toEqual([]);

      bus.tooLarge = undefined;
      await admin.query(
        'UPDATE outbox SET dead_lettered_at = NULL, retry_at = NULL, attempts = 0 WHERE key = $1 AND dead_lettered_at IS NOT NULL',
        [poison],
      );
      await eventually(() => expect(versionsOf(poison)).toEqual([1, 2, 3]));
    });
  });

  it('tries a missing topic only once per round, and sends everything else', async () => {
    bus.missing = 'ciep.nowhere.thing';
    const lost = Array.from({ length: 30 }, () => randomUUID());
    const healthy = Array.from({ length: 30 }, () => randomUUID());
    for (const [at, key] of lost.entries()) {
      await record(key, 1, bus.missing);
      await record(healthy[at] ?? '', 1);
    }
    await withRelays(1, async () => {
      for (const key of lost) await untilDeadLettered(key);
      for (const key of healthy) expect(versionsOf(key)).toEqual([1]);
    });
    // A round tries all together, then the topic alone and, the first time, the healthy one.
    expect(bus.asked).toBeLessThan(5 * 2 * 4);
  });

  it('dead-letters nothing while the bus is down, however often it tries', async () => {
    const key = randomUUID();
    bus.isDown = true;
    await record(key, 1);
    for (let time = 1; time <= 7; time += 1) {
      const before = bus.asked;
      // A new relay tries at once; one that failed would wait a second.
      await withRelays(1, () => eventually(() => expect(bus.asked).toBeGreaterThan(before)));
    }
    expect(await stateOf(key)).toEqual([{ attempts: 0, deadLetters: false, sent: false }]);
  });
});
