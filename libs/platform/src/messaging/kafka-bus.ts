import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import type { Log } from '../logging/log.js';
import { kafkaClient, retry, type KafkaAddress } from './kafka-client.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { toKafka } from './kafka-message.js';
import { refusalIn } from './kafka-refusal.js';
import { MessageBus, type Message, type Subscription } from './message-bus.js';

/** Options of {@link KafkaBus}. */
export interface KafkaBusOptions extends KafkaAddress {
  /** Name of the service, for the brokers' logs. */
  readonly clientId: string;
  readonly log: Log;
  /** Called when a consumer cannot continue. By default it logs and exits with 1, so that a supervisor restarts the process. */
  readonly onFatal?: (error: Error) => void;
}

/**
 * The bus between processes: Kafka, through kafkajs. The producer waits for all replicas, with one request in flight. It is not
 * Kafka's "idempotent" producer, which drops messages of concurrent sends; a message may arrive twice, and inboxes expect that.
 * After a failure the bus creates a new producer, and the caller decides when to retry.
 */
export class KafkaBus extends MessageBus {
  private readonly kafka: Kafka;
  private readonly consumers = new Set<KafkaConsumer>();
  private producer: Producer | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: KafkaBusOptions) {
    super();
    this.kafka = kafkaClient(options);
  }

  override publish(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    // In sequence: a failure discards the producer, which must not affect the messages of another call.
    const sent = this.turn.then(() => this.send(messages));
    this.turn = sent.catch(() => undefined);
    return sent;
  }

  override async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const { kafka } = this;
    const { onFatal = error => this.exit(error) } = this.options;
    const consumer = new KafkaConsumer({ ...this.options, kafka, onFatal }, subscription);
    await consumer.start();
    this.consumers.add(consumer);
    return async () => {
      if (this.consumers.delete(consumer)) await consumer.stop();
    };
  }

  override async close(): Promise<void> {
    this.closed = true;
    const consumers = [...this.consumers];
    this.consumers.clear();
    await Promise.all(consumers.map(consumer => consumer.stop()));
    await this.turn;
    await this.dropProducer();
  }

  private async send(messages: readonly Message[]): Promise<void> {
    if (this.closed) throw new Error('the bus is closed');
    const topics = Map.groupBy(messages, ({ topic }) => topic);
    try {
      const producer = await this.connected();
      await producer.sendBatch({
        acks: -1,
        timeout: 10_000,
        topicMessages: [...topics].map(([topic, batch]) => ({ topic, messages: batch.map(toKafka) })),
      });
    } catch (error) {
      // Also after a refusal: a producer that has met a missing topic asks for it with every later message.
      await this.dropProducer();
      throw refusalIn(error) ?? error;
    }
  }

  private async connected(): Promise<Producer> {
    if (this.producer) return this.producer;
    this.producer = this.kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
      retry: { ...retry, retries: 3 },
    });
    await this.producer.connect();
    return this.producer;
  }

  private async dropProducer(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  private exit(error: Error): void {
    this.options.log.fatal({ error }, 'the Kafka consumer cannot continue; the process exits so that it is restarted');
    process.exit(1);
  }
}
