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
const longestStorePauseMs = 2_000;
const watchIntervalMs = 5_000;
const longestSilenceMs = 60_000;
const crashWindowMs = 5 * 60_000;
const mostCrashes = 5;

/** Options of {@link KafkaConsumer}. */
export interface ConsumerOptions extends KafkaAddress {
  readonly kafka: Kafka;
  readonly log: Log;
  /** Called once, when the consumer cannot recover by itself. */
  readonly onFatal: (error: Error) => void;
  /** Whether a broker is there; asks each broker by default. */
  readonly brokerAnswers?: (address: KafkaAddress) => Promise<boolean>;
}

/**
 * One member of a consumer group. It resolves offsets only after `store` has resolved, and retries a failing `store` with
 * heartbeats in between, so that no message is lost or skipped. kafkajs restarts after most errors, but sometimes stops silently;
 * then, or when restarts do not help, it calls `onFatal`.
 */
export class KafkaConsumer {
  private readonly consumer: Consumer;
  private readonly observer: ConsumerObserver;
  private readonly crashes: number[] = [];
  private lastActivity = Date.now();
  private lastCheck = Date.now();
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
      // A stop waits this long for a fetch in progress.
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
      this.noteActivity();
      this.observer.fetched();
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.noteActivity();
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
        `${group} cannot subscribe to ${topics.join(', ')}: ${reason}. Is Kafka up (KAFKA_BROKERS), and are the topics created?`,
        {
          cause: error,
        },
      );
    }
    this.noteActivity();
    this.watch = setInterval(() => void this.checkActivity(), watchIntervalMs).unref();
  }

  /** Leaves the group after the current batch; messages that are not stored go to another member, or wait. */
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
      for (let pause = 100; ; pause = Math.min(pause * 2, longestStorePauseMs)) {
        if (this.ended || !turn.isRunning() || turn.isStale()) return;
        try {
          await this.subscription.store(messages);
          break;
        } catch (error) {
          this.options.log.warn(
            { error, group: this.subscription.group, topic: batch.topic },
            'the inbox could not store a batch and retries',
          );
        }
        this.noteActivity();
        await sleep(pause);
        await turn.heartbeat();
      }
      this.noteActivity();
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
    this.noteActivity();
    log.warn({ error, group: this.subscription.group, restart }, 'the Kafka consumer crashed');
    if (!restart) return this.giveUp(new Error('the Kafka consumer does not restart by itself', { cause: error }));
    // A missing broker is not this process's fault: to exit would not bring it back, and would stop the service.
    if (!(await this.brokerAnswers())) return;
    const now = Date.now();
    this.crashes.push(now);
    while (now - (this.crashes[0] ?? now) > crashWindowMs) this.crashes.shift();
    if (this.crashes.length > mostCrashes)
      this.giveUp(new Error(`the Kafka consumer crashed ${this.crashes.length} times within 5 minutes`, { cause: error }));
  }

  private async checkActivity(): Promise<void> {
    const now = Date.now();
    // A late check means that the process or the machine was suspended; then silence proves nothing.
    if (now - this.lastCheck > 2 * watchIntervalMs) this.noteActivity();
    this.lastCheck = now;
    const silence = now - this.lastActivity;
    if (silence <= longestSilenceMs) return;
    if (await this.brokerAnswers()) this.giveUp(new Error(`the Kafka consumer has not fetched for ${Math.round(silence / 1000)} seconds`));
    else this.noteActivity();
  }

  private brokerAnswers(): Promise<boolean> {
    const { brokerAnswers = anyBrokerAnswers } = this.options;
    return brokerAnswers(this.options);
  }

  private noteActivity(): void {
    this.lastActivity = Date.now();
  }

  private giveUp(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    this.options.onFatal(error);
  }
}
