import { randomUUID } from 'node:crypto';
import { eventually as untilPasses, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createLog } from '../src/logging/log.js';
import { KafkaBus } from '../src/messaging/kafka-bus.js';
import { createTopics } from '../src/messaging/kafka-topics.js';
import { Relay } from '../src/messaging/relay.js';
import { breakableBroker, type BreakableBroker } from './broken-broker.factory.js';
import { aMessage, eventually, RecordingInbox, relay } from './bus.factory.js';
import { sample } from './sample.js';

const log = createLog('silent');

/** An outbox with events for a topic, and its relay. */
class Outbox {
  private constructor(
    private readonly database: TestDatabase,
    private readonly admin: pg.Client,
    readonly sender: Relay,
  ) {}

  static async make(bus: KafkaBus): Promise<Outbox> {
    const database = await testDatabase(sample);
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    return new Outbox(database, admin, new Relay({ url: database.url, service: 'sample', bus, log, onInboxDue: () => undefined }));
  }

  async publish(topic: string, count: number): Promise<void> {
    await this.admin.query(
      `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
       SELECT id, $2, id::text, 'thing', id, 1, 0, 'thing', $3::jsonb || jsonb_build_object('id', id)
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)) AS event`,
      [count, topic, aMessage(topic).event],
    );
  }

  /** The number of sent, refused and dead-lettered events, and whether an outage was noticed. */
  async state() {
    const { rows } = await this.admin.query<{ sent: number; refused: number; deadLetters: number; outage: boolean }>(
      `SELECT count(published_at)::int AS sent, count(*) FILTER (WHERE attempts > 0)::int AS refused, count(dead_lettered_at)::int AS "deadLetters",
              bool_or(last_error IS NOT NULL) AS outage FROM outbox`,
    );
    return rows[0];
  }

  async close(): Promise<void> {
    await this.sender.stop();
    await this.admin.end();
    await this.database.drop();
  }
}

describe('a broker that is killed and comes back', () => {
  let broker: BreakableBroker;
  let bus: KafkaBus;
  let outbox: Outbox;
  let topic: string;
  const fatal: Error[] = [];

  beforeAll(async () => {
    broker = await breakableBroker();
    topic = `test.${randomUUID()}`;
    await createTopics({ brokers: broker.brokers, log }, [topic]);
    bus = new KafkaBus({ brokers: broker.brokers, clientId: 'outage', log, onFatal: error => fatal.push(error) });
    outbox = await Outbox.make(bus);
  });
  afterAll(async () => {
    await outbox.close();
    await bus.close();
    await broker.close();
  });

  it('makes publish fail, then work again; the consumer resumes within 20 seconds, and no event is lost or dead-lettered', async () => {
    const inbox = new RecordingInbox();
    const leave = await bus.subscribe({ group: 'billing', topics: [topic], store: inbox.store });
    const key = randomUUID();
    const inOrder = Array.from({ length: 8 }, (_, index) => aMessage(topic, { key, number: index + 1 }));
    await relay(bus, inOrder.slice(0, 4), 1);
    await eventually('the first are stored', () => inbox.stored.size === 4);

    await broker.takeAway();
    await outbox.publish(topic, 50);
    outbox.sender.start();
    await expect(bus.publish(inOrder.slice(4))).rejects.toThrow();
    await untilPasses(async () => expect(await outbox.state()).toMatchObject({ sent: 0, outage: true }), 30_000);
    await broker.giveBack();
    const back = Date.now();
    await relay(bus, inOrder.slice(4), 1);
    await eventually('the later ones are stored', () => inbox.numbersOf(key).length === 8, 30_000);
    expect(Date.now() - back).toBeLessThan(20_000);

    expect(inbox.numbersOf(key)).toEqual(inOrder.map(({ event }) => event.aggregateversion));
    await eventually('those of the outbox, too', () => inbox.stored.size === 58, 30_000);
    await untilPasses(async () => expect(await outbox.state()).toEqual({ sent: 50, refused: 0, deadLetters: 0, outage: true }));
    expect(fatal).toEqual([]);
    await leave();
  });
});
