import { setTimeout as sleep } from 'node:timers/promises';
import { MessageBus, type Message, type Subscription } from '@ciep/platform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { blind, blindLedger, copies, ledger, makeBus, Stack, type Teller } from './two-services.js';

/** Sends everything twice, as a relay does that crashed before it could mark. */
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
 * Negative control of the relay: remembers the last id it saw and asks for larger ones. A row whose transaction commits late
 * has a smaller id than rows it has seen already.
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

  /** Looks once more, then ends. */
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

describe.each(Object.keys(makeBus) as (keyof typeof makeBus)[])('From the repository to the reaction, over %s', name => {
  let stack: Stack;

  beforeEach(async () => {
    stack = await new Stack(makeBus[name]()).prepare();
  });
  afterEach(() => stack.close());

  async function tellEach(teller: Teller, keys: readonly string[], times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await Promise.all(keys.map(key => teller.tell(key)));
  }

  it('a fact that is delivered twice has one effect, and two where the inbox is blind', async () => {
    const { bus } = stack;
    const [one, two] = [await stack.listener(ledger), await stack.listener(blindLedger, blind)];
    const teller = await stack.teller({ bus: new Twice(bus) });
    const keys = await teller.keys(10);
    await tellEach(teller, keys, 10);
    await two.settled(200);
    await one.settled(100);
    for (const key of keys) {
      expect(await one.effects(key)).toEqual(upTo(10));
      expect((await two.effects(key)).sort((a, b) => a - b)).toEqual(upTo(10).flatMap(number => [number, number]));
    }
  });

  it('a read copy that is fed out of order ends with the newest, and one that keeps the last does not', async () => {
    const { bus } = stack;
    const listener = await stack.listener(copies);
    const teller = await stack.teller({ relay: false });
    const keys = await teller.keys(5);
    await tellEach(teller, keys, 6);
    // The newest first, then the others, the oldest last.
    const messages = (await teller.messages()).reverse();
    await bus.publish(messages);
    await listener.settled(2 * messages.length);
    const { rows } = await listener.admin.query('SELECT number, aggregate_version FROM copies');
    expect(rows).toEqual(keys.map(() => ({ number: 6, aggregate_version: 7 })));
    const careless = await listener.admin.query('SELECT number FROM careless_copies');
    expect(careless.rows).toEqual(keys.map(() => ({ number: 1 })));
  });

  it('24 writers that commit late lose nothing and keep the order of each key; a relay with a cursor loses facts', async () => {
    const listener = await stack.listener(ledger);
    const teller = await stack.teller();
    const keys = await teller.keys(20);
    const cursor = await CursorRelay.start(teller.url);
    const told = new Map(keys.map(key => [key, 0]));
    const writer = async (): Promise<void> => {
      for (let event = 0; event < 200; event += 1) {
        const key = keys[Math.floor(Math.random() * keys.length)] ?? '';
        await teller.tell(key, 15);
        told.set(key, (told.get(key) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 24 }, writer));
    await teller.sent();
    await cursor.stop();
    await listener.settled(4_800);

    const effects: number[][] = [];
    for (const key of keys) effects.push(await listener.effects(key));
    const wanted = keys.map(key => told.get(key) ?? 0);
    expect({
      lost: wanted.reduce((sum, count, at) => sum + count - new Set(effects[at]).size, 0),
      doubled: effects.reduce((sum, numbers) => sum + numbers.length - new Set(numbers).size, 0),
      inversions: effects.reduce((sum, numbers) => sum + inversions(numbers), 0),
    }).toEqual({ lost: 0, doubled: 0, inversions: 0 });
    expect(wanted.reduce((sum, count) => sum + count, 0)).toBe(4_800);
    expect(4_800 - cursor.seen.size).toBeGreaterThan(100);
  });
});

describe('From the repository to the reaction, over Kafka', () => {
  it('a service that comes later deals with everything told before', async () => {
    const stack = await new Stack(makeBus.KafkaBus()).prepare();
    try {
      const teller = await stack.teller();
      const keys = await teller.keys(10);
      for (let time = 0; time < 30; time += 1) await Promise.all(keys.map(key => teller.tell(key)));
      await teller.sent();
      const late = await stack.listener(ledger);
      await late.settled(300);
      for (const key of keys) expect(await late.effects(key)).toEqual(upTo(30));
    } finally {
      await stack.close();
    }
  });
});
