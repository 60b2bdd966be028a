import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { faultPoint } from '../faults/fault-point.js';
import type { Log } from '../logging/log.js';
import { anyBrokerAnswers } from './broker-answers.js';
import { ConsumerObserver } from './consumer-observer.js';
import { retry, type KafkaAddress } from './kafka-client.js';
import { fromKafka } from './kafka-message.js';
import type { Subscription } from './message-bus.js';

const chunkSize = 500;
const longestStorePause = 2_000;
const watchEvery = 5_000;
const longestSilence = 60_000;
const crashWindow = 5 * 60_000;
const mostCrashes = 5;

/** What a subscription over Kafka needs besides itself. */
export interface ConsumerOptions extends KafkaAddress {
  readonly kafka: Kafka;
  readonly log: Log;
  /** Called, once, when the consumer cannot go on by itself. */
  readonly onFatal: (error: Error) => void;
}

/**
 * One member of a consumer group. Offsets are resolved only after `store` has resolved, and a failing `store` is tried
 * again and again with heartbeats in between: nothing is lost, nothing is skipped. kafkajs restarts itself after most
 * errors, but may also stop without a word; then, or when restarts do not help, `onFatal` is called.
 */
export class KafkaConsumer {
  private readonly consumer: Consumer;
  private readonly observer: ConsumerObserver;
  private readonly crashes: number[] = [];
  private lastSign = Date.now();
  private lastWatch = Date.now();
  private watch: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly options: ConsumerOptions,
    private readonly subscription: Subscription,
  ) {
    this.observer = new ConsumerObserver(subscription.group);
    this.consumer = options.kafka.consumer({
      groupId: subscription.group,
      sessionTimeout: 10_000,
      heartbeatInterval: 2_000,
      rebalanceTimeout: 20_000,
      maxBytesPerPartition: 1024 * 1024,
      // Also the longest that a stop waits for a fetch under way.
      maxWaitTimeInMs: 1_000,
      allowAutoTopicCreation: false,
      retry: { ...retry, retries: 5, restartOnFailure: () => Promise.resolve(!this.ended) },
    });
  }

  /** Joins the group; resolves when this member has its partitions. Rejects when the broker or a topic is missing. */
  async start(): Promise<void> {
    const { group, topics } = this.subscription;
    const { consumer } = this;
    consumer.on(consumer.events.FETCH, () => {
      this.sign();
      this.observer.fetched();
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.sign();
      this.observer.assigned(payload.memberAssignment);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => void this.crashed(payload.error, payload.restart));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      this.subscription.onReached?.();
      await consumer.run({ eachBatchAutoResolve: false, eachBatch: batch => this.eachBatch(batch) });
    } catch (error) {
      await this.stop();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${group} cannot listen to ${topics.join(', ')}: ${reason}. Is Kafka up (KAFKA_BROKERS), and are the topics created?`,
        {
          cause: error,
        },
      );
    }
    this.sign();
    this.watch = setInterval(() => void this.look(), watchEvery).unref();
  }

  /** Leaves the group after the batch under way; what was not stored goes to another member, or waits. */
  async stop(): Promise<void> {
    this.ended = true;
    clearInterval(this.watch);
    await this.consumer.disconnect();
    this.observer.end();
  }

  private async eachBatch(turn: EachBatchPayload): Promise<void> {
    const { batch } = turn;
    faultPoint('inbox.afterFetch');
    for (let start = 0; start < batch.messages.length; start += chunkSize) {
      const chunk = batch.messages.slice(start, start + chunkSize);
      const messages = chunk.map(message => fromKafka(batch, message));
      this.observer.storedBefore(batch, BigInt(chunk[0]?.offset ?? batch.highWatermark));
      for (let pause = 100; ; pause = Math.min(pause * 2, longestStorePause)) {
        if (this.ended || !turn.isRunning() || turn.isStale()) return;
        try {
          await this.subscription.store(messages);
          break;
        } catch (error) {
          this.options.log.warn({ error, group: this.subscription.group, topic: batch.topic }, 'the inbox could not store; it tries again');
        }
        this.sign();
        await sleep(pause);
        await turn.heartbeat();
      }
      this.sign();
      faultPoint('inbox.beforeResolve');
      const last = chunk.at(-1);
      if (last) {
        turn.resolveOffset(last.offset);
        this.observer.storedBefore(batch, BigInt(last.offset) + 1n);
      }
      await turn.heartbeat();
    }
  }

  private async crashed(error: Error, restart: boolean): Promise<void> {
    const { log } = this.options;
    if (this.ended) return;
    this.sign();
    log.warn({ error, group: this.subscription.group, restart }, 'the Kafka consumer stumbled');
    if (!restart) return this.giveUp(new Error('the Kafka consumer does not restart by itself', { cause: error }));
    // A broker that is away is no fault of this process: to exit would not bring it back, and would stop the service.
    if (!(await anyBrokerAnswers(this.options))) return;
    const now = Date.now();
    this.crashes.push(now);
    while (now - (this.crashes[0] ?? now) > crashWindow) this.crashes.shift();
    if (this.crashes.length > mostCrashes)
      this.giveUp(new Error(`the Kafka consumer crashed ${this.crashes.length} times within 5 minutes`, { cause: error }));
  }

  private async look(): Promise<void> {
    const now = Date.now();
    // A late look means that the whole process, or the machine, was asleep; then silence says nothing.
    if (now - this.lastWatch > 2 * watchEvery) this.sign();
    this.lastWatch = now;
    const silence = now - this.lastSign;
    if (silence <= longestSilence) return;
    if (await anyBrokerAnswers(this.options))
      this.giveUp(new Error(`the Kafka consumer has not fetched for ${Math.round(silence / 1000)} seconds`));
    else this.sign();
  }

  private sign(): void {
    this.lastSign = Date.now();
  }

  private giveUp(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    this.options.onFatal(error);
  }
}
