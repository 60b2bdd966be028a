import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '../src/logging/log.js';
import { KafkaBus } from '../src/messaging/kafka-bus.js';
import { createTopics } from '../src/messaging/kafka-topics.js';
import { breakableBroker, type BreakableBroker } from './broken-broker.factory.js';
import { aMessage, eventually, RecordingInbox, relay } from './bus.factory.js';

const log = createLog('silent');

describe('A broker that is killed and comes back', () => {
  let broker: BreakableBroker;
  let bus: KafkaBus;
  let topic: string;
  const fatal: Error[] = [];

  beforeAll(async () => {
    broker = await breakableBroker();
    topic = `test.${randomUUID()}`;
    await createTopics({ brokers: broker.brokers, log }, [topic]);
    bus = new KafkaBus({ brokers: broker.brokers, clientId: 'outage', log, onFatal: error => fatal.push(error) });
  }, 60_000);
  afterAll(async () => {
    await bus.close();
    await broker.close();
  }, 60_000);

  it('makes publish throw, then work again; the consumer resumes within 20 seconds, nobody gives up, nothing is lost', async () => {
    const inbox = new RecordingInbox();
    const leave = await bus.subscribe({ group: 'billing', topics: [topic], store: inbox.store });
    const key = randomUUID();
    const inOrder = Array.from({ length: 8 }, (_, index) => aMessage(topic, { key, number: index + 1 }));
    await relay(bus, inOrder.slice(0, 4), 1);
    await eventually('the first are stored', () => inbox.stored.size === 4);

    await broker.takeAway();
    await expect(bus.publish(inOrder.slice(4))).rejects.toThrow();
    await broker.giveBack();
    const back = Date.now();
    await relay(bus, inOrder.slice(4), 1);
    await eventually('the later ones are stored', () => inbox.stored.size === 8, 30_000);
    expect(Date.now() - back).toBeLessThan(20_000);

    expect(inbox.numbersOf(key)).toEqual(inOrder.map(({ event }) => event.aggregateversion));
    expect(fatal).toEqual([]);
    await leave();
  }, 120_000);
});
