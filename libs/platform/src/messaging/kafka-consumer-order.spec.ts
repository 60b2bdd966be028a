import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { createLog } from '../logging/log.js';
import { KafkaConsumer } from './kafka-consumer.js';

const runs = 1_000;

/** Stands in for kafkajs at its border: hands out batches, and hears which offsets are resolved. */
class KafkaBorder extends EventEmitter {
  readonly events = { FETCH: 'fetch', GROUP_JOIN: 'join', CRASH: 'crash' };
  eachBatch: ((batch: EachBatchPayload) => Promise<void>) | undefined;
  consumer = () => this;
  connect = () => Promise.resolve();
  subscribe = () => Promise.resolve();
  disconnect = () => Promise.resolve();
  run({ eachBatch }: { eachBatch: (batch: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.eachBatch = eachBatch;
    return Promise.resolve();
  }
}

const messageAt = (partition: number, offset: number) => ({
  offset: String(offset),
  key: Buffer.from(`${partition}-${offset}`),
  value: Buffer.from(JSON.stringify({ specversion: '1.0', id: `${partition}-${offset}`, type: 'x', data: {} })),
  headers: {},
  timestamp: '0',
});

/** What happened, in its order: a message is stored, an offset is resolved, its partition is taken away. */
type Happening = readonly ['stored' | 'resolved', partition: number, offset: number];

/** Consumes batches of several partitions side by side; stores end in the order that the scheduler draws, revocations come when they come. */
async function consumed(s: fc.Scheduler, sizes: readonly number[], revoked: readonly boolean[]): Promise<Happening[]> {
  const border = new KafkaBorder();
  const happened: Happening[] = [];
  const store = async (messages: readonly { key: string }[]) => {
    await s.schedule(Promise.resolve(), `store ${messages[0]?.key}`);
    for (const { key } of messages) {
      const [partition = 0, offset = 0] = key.split('-').map(Number);
      happened.push(['stored', partition, offset]);
    }
  };
  const consumer = new KafkaConsumer(
    { kafka: border as unknown as Kafka, brokers: '', log: createLog('silent'), onFatal: () => undefined },
    { group: 'billing', topics: ['test'], store },
  );
  await consumer.start();
  const batches = sizes.map(async (size, partition) => {
    let stale = false;
    if (revoked[partition]) void s.schedule(Promise.resolve(), `revoke ${partition}`).then(() => (stale = true));
    const messages = Array.from({ length: size }, (_, offset) => messageAt(partition, offset));
    await border.eachBatch?.({
      batch: { topic: 'test', partition, messages, highWatermark: String(size) },
      isRunning: () => true,
      isStale: () => stale,
      heartbeat: () => s.schedule(Promise.resolve(), `heartbeat ${partition}`),
      resolveOffset: (offset: string) => happened.push(['resolved', partition, Number(offset)]),
    } as unknown as EachBatchPayload);
  });
  await s.waitFor(Promise.all(batches));
  await consumer.stop();
  return happened;
}

/** The offsets that were resolved before they, or any before them, were stored. Messages of a partition are stored in their order. */
function early(happened: readonly Happening[]): Happening[] {
  const next = new Map<number, number>();
  return happened.filter(([what, partition, offset]) => {
    const expected = next.get(partition) ?? 0;
    if (what === 'stored' && offset === expected) next.set(partition, expected + 1);
    return what === 'resolved' && offset >= expected;
  });
}

describe('the order of storing and resolving', () => {
  const size = fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 499, max: 1_100 }) },
  );

  it('resolves nothing that is not stored, whatever comes between', async () => {
    let resolved = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(size, { minLength: 1, maxLength: 3 }),
        fc.array(fc.boolean(), { maxLength: 3 }),
        async (s, sizes, revoked) => {
          const happened = await consumed(s, sizes, revoked);
          expect(early(happened)).toEqual([]);
          resolved += happened.filter(([what]) => what === 'resolved').length;
          const stored = sizes.map((_, of) => happened.filter(([what, partition]) => what === 'stored' && partition === of).length);
          expect(stored.filter((_, of) => !revoked[of])).toEqual(sizes.filter((_, of) => !revoked[of]));
        },
      ),
      { numRuns: runs },
    );
    expect(resolved).toBeGreaterThan(runs);
  });

  it('would be found out if an offset were resolved first', () => {
    expect(
      early([
        ['resolved', 0, 0],
        ['stored', 0, 0],
      ]),
    ).toHaveLength(1);
    expect(
      early([
        ['stored', 0, 1],
        ['resolved', 0, 1],
      ]),
    ).toHaveLength(1);
    expect(
      early([
        ['stored', 0, 0],
        ['stored', 0, 1],
        ['resolved', 0, 1],
      ]),
    ).toEqual([]);
  });
});
