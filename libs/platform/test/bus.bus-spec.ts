import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../src/logging/log.js';
import { KafkaBus } from '../src/messaging/kafka-bus.js';
import { createTopics } from '../src/messaging/kafka-topics.js';
import { LocalBus } from '../src/messaging/local-bus.js';
import type { MessageBus } from '../src/messaging/message-bus.js';
import { aMessage, eventually, RecordingInbox, relay } from './bus.factory.js';

const log = createLog('silent');
const brokers = process.env['KAFKA_BROKERS'] ?? '';

const buses = [
  { name: LocalBus.name, make: (): MessageBus => new LocalBus(), prepare: () => Promise.resolve<string[]>([]) },
  {
    name: KafkaBus.name,
    make: (): MessageBus => new KafkaBus({ brokers, clientId: 'bus-suite', log }),
    prepare: (topics: string[]) => createTopics({ brokers, log }, topics),
  },
];

describe.each(buses)('$name', ({ make, prepare }) => {
  let bus: MessageBus;
  let topic: string;
  let otherTopic: string;

  beforeAll(() => {
    bus = make();
  });
  afterAll(() => bus.close());
  beforeEach(async () => {
    topic = `test.${randomUUID()}`;
    otherTopic = `test.${randomUUID()}`;
    await prepare([topic, otherTopic]);
  });

  const join = async (group: string, topics = [topic], inbox = new RecordingInbox(), on = bus) => {
    const leave = await on.subscribe({ group: `${group}-${topic}`, topics, store: inbox.store });
    return { inbox, leave };
  };

  it('delivers each message to each group, unchanged', async () => {
    const billing = await join('billing');
    const notification = await join('notification', [topic, otherTopic]);
    const sent = [...Array.from({ length: 120 }, () => aMessage(topic)), aMessage(otherTopic)];
    await relay(bus, sent);
    await eventually('both groups have theirs', () => billing.inbox.stored.size === 120 && notification.inbox.stored.size === 121);

    expect(notification.inbox.ids).toEqual(sent.map(({ id }) => id).sort());
    expect(billing.inbox.ids).toEqual(
      sent
        .slice(0, 120)
        .map(({ id }) => id)
        .sort(),
    );
    for (const message of sent) expect(notification.inbox.stored.get(message.id)).toEqual(message);
    await Promise.all([billing.leave(), notification.leave()]);
  });

  it('keeps the order of each key', async () => {
    const { inbox, leave } = await join('billing');
    const keys = Array.from({ length: 10 }, () => randomUUID());
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    await relay(
      bus,
      numbers.flatMap(number => keys.map(key => aMessage(topic, { key, number }))),
      17,
    );
    await eventually('all are stored', () => inbox.stored.size === 300);

    for (const key of keys) expect(inbox.numbersOf(key)).toEqual(numbers);
    await leave();
  });

  it('delivers again what a store refused, and keeps the order', async () => {
    const { inbox, leave } = await join('billing');
    const key = randomUUID();
    inbox.refuse(3);
    await relay(
      bus,
      [1, 2, 3, 4, 5].map(number => aMessage(topic, { key, number })),
      2,
    );
    await eventually('all are stored', () => inbox.stored.size === 5);

    expect(inbox.numbersOf(key)).toEqual([1, 2, 3, 4, 5]);
    await leave();
  });

  it('keeps messages for a group that is away', async () => {
    const first = await join('billing');
    await relay(bus, [aMessage(topic)]);
    await eventually('the first is stored', () => first.inbox.stored.size === 1);
    await first.leave();

    const sent = relay(bus, [aMessage(topic), aMessage(topic)]);
    const second = await join('billing');
    await sent;
    await eventually('the others are stored', () => second.inbox.stored.size === 2);
    expect(first.inbox.stored.size).toBe(1);
    await second.leave();
  });

  it('divides the messages among the members of a group', async () => {
    const members = [await join('billing'), await join('billing')] as const;
    const sent = Array.from({ length: 90 }, () => aMessage(topic));
    await relay(bus, sent);
    await eventually('all are stored', () => members[0].inbox.stored.size + members[1].inbox.stored.size >= 90);
    expect([...members[0].inbox.ids, ...members[1].inbox.ids].sort()).toEqual(sent.map(({ id }) => id).sort());

    await members[0].leave();
    const before = members[1].inbox.stored.size;
    await relay(
      bus,
      Array.from({ length: 30 }, () => aMessage(topic)),
    );
    await eventually('the other member has the rest', () => members[1].inbox.stored.size === before + 30);
    await members[1].leave();
  });

  it('accepts an empty batch, and refuses messages after it is closed', async () => {
    const closed = make();
    await expect(closed.publish([])).resolves.toBeUndefined();
    await closed.close();
    await expect(closed.publish([aMessage(topic)])).rejects.toThrow('the bus is closed');
  });
});
