import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { createLog } from '../logging/log.js';
import { consumerLag } from '../metrics/metrics.js';
import { KafkaConsumer } from './kafka-consumer.js';

/** Stands in for kafkajs, which crashes only by luck. */
class ScriptedKafka extends EventEmitter {
  readonly events = { FETCH: 'fetch', GROUP_JOIN: 'join', CRASH: 'crash' };
  restartOnFailure: (() => Promise<boolean>) | undefined;
  eachBatch: ((batch: EachBatchPayload) => Promise<void>) | undefined;

  consumer({ retry }: { retry: { restartOnFailure: () => Promise<boolean> } }): this {
    this.restartOnFailure = retry.restartOnFailure;
    return this;
  }
  connect = () => Promise.resolve();
  subscribe = () => Promise.resolve();
  disconnect = () => Promise.resolve();
  run({ eachBatch }: { eachBatch: (batch: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.eachBatch = eachBatch;
    return Promise.resolve();
  }
  crash(restart: boolean): void {
    this.emit('crash', { payload: { error: new Error('broken'), restart } });
  }
}

describe(KafkaConsumer.name, () => {
  let kafka: ScriptedKafka;
  /** What the consumer is told when it asks for a broker, and how often it has asked. */
  let isBrokerThere: boolean;
  let asked: number;
  let consumer: KafkaConsumer;
  let fatal: Error[];
  let stored: string[];
  let refusals: number;

  beforeEach(() => {
    kafka = new ScriptedKafka();
    fatal = [];
    stored = [];
    refusals = 0;
    isBrokerThere = true;
    asked = 0;
    const store = (messages: readonly { key: string }[]) => {
      if (refusals-- > 0) return Promise.reject(new Error('the database is away'));
      stored.push(...messages.map(({ key }) => key));
      return Promise.resolve();
    };
    consumer = new KafkaConsumer(
      {
        kafka: kafka as unknown as Kafka,
        brokers: '127.0.0.1:9',
        log: createLog('silent'),
        onFatal: error => fatal.push(error),
        brokerAnswers: () => {
          asked += 1;
          return Promise.resolve(isBrokerThere);
        },
      },
      { group: 'billing', topics: ['test'], store },
    );
  });
  afterEach(async () => {
    jest.useRealTimers();
    await consumer.stop();
  });

  const messages = (...keys: string[]) =>
    keys.map((key, offset) => ({ key: Buffer.from(key), value: null, offset: String(offset), timestamp: '0', attributes: 0 }));
  const aBatch = (payload: Partial<EachBatchPayload>, ...keys: string[]) =>
    ({
      batch: { topic: 'test', partition: 0, highWatermark: '3', messages: messages(...keys) },
      isRunning: () => true,
      isStale: () => false,
      heartbeat: () => Promise.resolve(),
      resolveOffset: () => undefined,
      ...payload,
    }) as unknown as EachBatchPayload;

  it('gives up at once when kafkajs will not restart', async () => {
    await consumer.start();
    kafka.crash(false);
    kafka.crash(false);
    expect(fatal.map(String)).toEqual(['Error: the Kafka consumer does not restart by itself']);
  });

  it('gives up at the sixth crash within 5 minutes, if the broker is there', async () => {
    await consumer.start();
    for (let crash = 1; crash <= 5; crash++) kafka.crash(true);
    await turn();
    expect([asked, fatal]).toEqual([5, []]);
    kafka.crash(true);
    await turn();
    expect(fatal.map(String)).toEqual(['Error: the Kafka consumer crashed 6 times within 5 minutes']);
  });

  it('goes on trying while no broker answers', async () => {
    await consumer.start();
    isBrokerThere = false;
    for (let crash = 1; crash <= 20; crash++) kafka.crash(true);
    await turn();
    expect([asked, fatal]).toEqual([20, []]);
  });

  it('gives up after 60 seconds without a fetch', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await consumer.start();
    jest.advanceTimersByTime(55_000);
    kafka.emit('fetch');
    jest.advanceTimersByTime(60_000);
    await turn();
    expect([asked, fatal]).toEqual([0, []]);
    jest.advanceTimersByTime(5_000);
    await turn();
    expect(fatal.map(String)).toEqual(['Error: the Kafka consumer has not fetched for 65 seconds']);
  });

  it('does not give up in a silence in which no broker answers', async () => {
    isBrokerThere = false;
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await consumer.start();
    jest.advanceTimersByTime(65_000);
    await turn();
    expect([asked, fatal]).toEqual([1, []]);
    // The silence begins anew.
    isBrokerThere = true;
    jest.advanceTimersByTime(60_000);
    await turn();
    expect([asked, fatal]).toEqual([1, []]);
    jest.advanceTimersByTime(5_000);
    await turn();
    expect([asked, fatal.length]).toEqual([2, 1]);
  });

  it('forgives a silence during which the whole machine slept', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await consumer.start();
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(5_000);
    await turn();
    expect([asked, fatal]).toEqual([0, []]);
  });

  it('resolves offsets only behind what is stored', async () => {
    const resolved: string[] = [];
    let resolvedAtStore = -1;
    refusals = 2;
    await consumer.start();
    const heartbeat = () => {
      if (stored.length === 0) resolvedAtStore = resolved.length;
      return Promise.resolve();
    };
    await kafka.eachBatch?.(aBatch({ heartbeat, resolveOffset: offset => resolved.push(offset) }, 'a', 'b', 'c'));
    expect(stored).toEqual(['a', 'b', 'c']);
    expect(resolvedAtStore).toBe(0);
    expect(resolved).toEqual(['2']);
  });

  it('tells how far the group is behind, of the partitions that are its own', async () => {
    const lag = async () => (await consumerLag.get()).values.map(({ value }) => value);
    await consumer.start();
    refusals = 1;
    const before: number[][] = [];
    const heartbeat = async () => {
      if (stored.length === 0) before.push(await lag());
    };
    await kafka.eachBatch?.(aBatch({ heartbeat }, 'a', 'b'));
    expect([before, await lag()]).toEqual([[[3]], [1]]);
    kafka.emit('join', { payload: { memberAssignment: { test: [0] } } });
    expect(await lag()).toEqual([1]);
    kafka.emit('join', { payload: { memberAssignment: { test: [1] } } });
    expect(await lag()).toEqual([]);
  });

  it('resolves nothing of a batch that it was told to leave', async () => {
    const resolved: string[] = [];
    await consumer.start();
    await kafka.eachBatch?.(aBatch({ isRunning: () => false, resolveOffset: offset => resolved.push(offset) }, 'a'));
    expect([stored, resolved]).toEqual([[], []]);
  });

  it('is quiet after its end', async () => {
    await consumer.start();
    await consumer.stop();
    kafka.crash(false);
    await turn();
    expect(fatal).toEqual([]);
    await expect(kafka.restartOnFailure?.()).resolves.toBe(false);
  });
});
