import { setTimeout as sleep } from 'node:timers/promises';
import { MessageBus, type Message, type Subscription } from '@ciep/platform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { blind, blindLedger, copies, ledger, makeBus, Stack, type Publisher } from './two-services.js';

/** Sends everything twice, like a relay that crashed before it could mark. */
class Twice extends MessageBus {
  constructor(private readonly inner: MessageBus) {
    super();
  }

  override async publish(messages: readonly Message[]): Promise<void> {
    await this.inner.publish(messages);
    await this.inner.publish(messages);
  }

  override subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    return this.inner.subscribe(subscription);
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Negative control of the relay: remembers the last id that it saw and asks for larger ones. A row whose transaction commits late
 * has a smaller id than rows that it has already seen.
 */
class CursorRelay {
  readonly seen = new Set<string>();
  private last = '0';
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly client: pg.Client) {}

  static async start(url: string): Promise<CursorRelay> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const relay = new CursorRelay(client);
    relay.loop = relay.run();
    return relay;
  }

  /** Polls once more, then ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop;
    await this.look();
    await this.client.end();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await this.look();
      await sleep(5);
    }
  }

  private async look(): Promise<void> {
    const { rows } = await this.client.query<{ id: string; event_id: string }>(
      'SELECT id, event_id FROM outbox WHERE id > $1 ORDER BY id LIMIT 500',
      [this.last],
    );
    for (const { id, event_id } of rows) {
      this.seen.add(event_id);
      this.last = id;
    }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const inversions = (numbers: readonly number[]): number => numbers.filter((number, index) => number < (numbers[index - 1] ?? 0)).length;

describe.each(Object.keys(makeBus) as (keyof typeof makeBus)[])('from the repository to the reaction, over %s', name => {
  let stack: Stack;

  beforeEach(async () => {
    stack = await new Stack(makeBus[name]()).prepare();
  });
  afterEach(() => stack.close());

  async function publishEach(publisher: Publisher, keys: readonly string[], times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await Promise.all(keys.map(key => publisher.publish(key)));
  }

  it('an event that is delivered twice takes effect once, and twice without deduplication in the inbox', async () => {
    const { bus } = stack;
    const [one, two] = [await stack.consumer(ledger), await stack.consumer(blindLedger, blind)];
    const publisher = await stack.publisher({ bus: new Twice(bus) });
    const keys = await publisher.keys(10);
    await publishEach(publisher, keys, 10);
    await two.settled(200);
    await one.settled(100);
    for (const key of keys) {
      expect(await one.effects(key)).toEqual(upTo(10));
      expect((await two.effects(key)).sort((a, b) => a - b)).toEqual(upTo(10).flatMap(number => [number, number]));
    }
  });

  it('a read copy keeps the newest version of events out of order, and a copy that keeps the last one does not', async () => {
    const { bus } = stack;
    const consumer = await stack.consumer(copies);
    const publisher = await stack.publisher({ relay: false });
    const keys = await publisher.keys(5);
    await publishEach(publisher, keys, 6);
    // The newest first, then the others, the oldest last.
    const messages = (await publisher.messages()).reverse();
    await bus.publish(messages);
    await consumer.settled(2 * messages.length);
    const { rows } = await consumer.admin.query('SELECT number, aggregate_version FROM copies');
    expect(rows).toEqual(keys.map(() => ({ number: 6, aggregate_version: 7 })));
    const careless = await consumer.admin.query('SELECT number FROM careless_copies');
    expect(careless.rows).toEqual(keys.map(() => ({ number: 1 })));
  });

  it('24 writers that commit late lose nothing and keep the order of each key; a relay with a cursor loses events', async () => {
    const consumer = await stack.consumer(ledger);
    const publisher = await stack.publisher();
    const keys = await publisher.keys(20);
    const cursor = await CursorRelay.start(publisher.url);
    const published = new Map(keys.map(key => [key, 0]));
    const writer = async (): Promise<void> => {
      for (let event = 0; event < 200; event += 1) {
        const key = keys[Math.floor(Math.random() * keys.length)] ?? '';
        await publisher.publish(key, 15);
        published.set(key, (published.get(key) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 24 }, writer));
    await publisher.sent();
    await cursor.stop();
    await consumer.settled(4_800);

    const effects: number[][] = [];
    for (const key of keys) effects.push(await consumer.effects(key));
    const wanted = keys.map(key => published.get(key) ?? 0);
    expect({
      lost: wanted.reduce((sum, count, at) => sum + count - new Set(effects[at]).size, 0),
      doubled: effects.reduce((sum, numbers) => sum + numbers.length - new Set(numbers).size, 0),
      inversions: effects.reduce((sum, numbers) => sum + inversions(numbers), 0),
    }).toEqual({ lost: 0, doubled: 0, inversions: 0 });
    expect(wanted.reduce((sum, count) => sum + count, 0)).toBe(4_800);
    expect(4_800 - cursor.seen.size).toBeGreaterThan(100);
  });
});

describe('from the repository to the reaction, over Kafka', () => {
  it('a later service handles everything published before', async () => {
    const stack = await new Stack(makeBus.KafkaBus()).prepare();
    try {
      const publisher = await stack.publisher();
      const keys = await publisher.keys(10);
      for (let time = 0; time < 30; time += 1) await Promise.all(keys.map(key => publisher.publish(key)));
      await publisher.sent();
      const late = await stack.consumer(ledger);
      await late.settled(300);
      for (const key of keys) expect(await late.effects(key)).toEqual(upTo(30));
    } finally {
      await stack.close();
    }
  });
});
