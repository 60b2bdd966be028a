import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog, Database, KafkaBus, LocalBus, MessageBus, MessageRefused, type Message, type Subscription } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { kafkaClient } from '../src/messaging/kafka-client.js';
import { DeadLettersController } from '../src/administration/dead-letters.controller.js';
import { ledger, makeBus, Stack, type Consumer, type Publisher } from './two-services.js';

const largest = 5_000;
const nowhere = 'ciep.nowhere.thing';
const log = createLog('silent');

/** The local bus with the limits of a broker: no large messages, and only known topics. */
class NarrowBus extends MessageBus {
  private readonly inner = new LocalBus();

  override publish(messages: readonly Message[]): Promise<void> {
    if (messages.some(({ topic }) => topic.endsWith(nowhere))) return Promise.reject(new MessageRefused('UNKNOWN_TOPIC', true));
    if (messages.some(({ event }) => JSON.stringify(event).length > largest)) return Promise.reject(new MessageRefused('TOO_LARGE', false));
    return this.inner.publish(messages);
  }

  override subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    return this.inner.subscribe(subscription);
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}

const buses = [
  { name: LocalBus.name, make: (): MessageBus => new NarrowBus(), narrow: () => Promise.resolve() },
  {
    name: KafkaBus.name,
    make: makeBus.KafkaBus,
    narrow: async (topic: string) => {
      const admin = kafkaClient({ brokers: process.env['KAFKA_BROKERS'] ?? '', clientId: 'dead-lettering', log }).admin();
      await admin.connect();
      const configEntries = [{ name: 'max.message.bytes', value: String(largest) }];
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
      await admin.disconnect();
    },
  },
];

describe.each(buses)('events that $name refuses', ({ make, narrow }) => {
  let stack: Stack;
  let publisher: Publisher;
  let consumer: Consumer;
  beforeEach(async () => {
    stack = await new Stack(make()).prepare();
    await narrow(stack.topic);
    consumer = await stack.consumer(ledger);
    publisher = await stack.publisher({ relay: false });
  });
  afterEach(() => stack.close());

  const deadLetterKeys = async () =>
    (
      await publisher.admin.query<{ key: string; last_error: string }>(
        'SELECT key, last_error FROM outbox WHERE dead_lettered_at IS NOT NULL',
      )
    ).rows;
  /** Makes events with a pending retry due now, so that the test does not wait for the back-off. */
  const hurry = () => publisher.admin.query(`UPDATE outbox SET retry_at = now() WHERE retry_at < 'infinity'`);

  it('become dead letters, one by one, while all others arrive; after a replay the rest follows in order', async () => {
    const [fat = '', lost = '', ...healthy] = await publisher.keys(12);
    for (let time = 0; time < 3; time += 1)
      for (const key of [...healthy.slice(0, 5), fat, lost, ...healthy.slice(5)]) await publisher.publish(key);
    await publisher.admin.query(
      `UPDATE outbox SET event = jsonb_set(event, '{data,note}', to_jsonb(repeat('x', ${largest}))) WHERE key = $1 AND aggregate_version = 3`,
      [fat],
    );
    await publisher.admin.query('UPDATE outbox SET topic = $2 WHERE key = $1', [lost, nowhere]);
    publisher.running.begin({ jobs: false });
    for (const key of healthy) await eventually(async () => expect(await consumer.effects(key)).toEqual([1, 2, 3]), 20_000);
    await eventually(async () => {
      await hurry();
      expect((await deadLetterKeys()).map(({ key }) => key).sort()).toEqual([fat, lost].sort());
    }, 60_000);
    expect(Object.fromEntries((await deadLetterKeys()).map(row => [row.key, row.last_error]))).toEqual({
      [fat]: expect.stringContaining('TOO_LARGE'),
      [lost]: expect.stringContaining('UNKNOWN_TOPIC'),
    });
    // The first event of the large key is small, and was sent before the refused one.
    expect([await consumer.effects(fat), await consumer.effects(lost)]).toEqual([[1], []]);

    await publisher.admin.query(`UPDATE outbox SET event = event #- '{data,note}', topic = $1 WHERE published_at IS NULL`, [
      'ciep.billing.invoice',
    ]);
    const { rows } = await publisher.admin.query<{ id: string }>('SELECT id::text AS id FROM outbox WHERE dead_lettered_at IS NOT NULL');
    for (const { id } of rows)
      await publisher.running.find(Database).transaction(tx => publisher.running.find(DeadLettersController).replay(`out-${id}`, tx));
    for (const key of [fat, lost]) await eventually(async () => expect(await consumer.effects(key)).toEqual([1, 2, 3]), 20_000);
    await consumer.settled(36);
  });
});
