import { createLog, KafkaBus, MessageBus, type Message, type Subscription } from '@ciep/platform';
import { createTopics } from '../src/messaging/kafka-topics.js';

const log = createLog('silent');

/** A bus with topics and groups for one test only. */
export class OwnTopics extends MessageBus {
  constructor(
    private readonly inner: MessageBus,
    private readonly mark: string,
  ) {
    super();
  }

  topic(name: string): string {
    return `${this.mark}.${name}`;
  }

  override publish(messages: readonly Message[]): Promise<void> {
    return this.inner.publish(messages.map(message => ({ ...message, topic: this.topic(message.topic) })));
  }

  override async subscribe({ group, topics, store }: Subscription): Promise<() => Promise<void>> {
    const own = topics.map(name => this.topic(name));
    await this.create(own);
    return this.inner.subscribe({ group: `${group}.${this.mark}`, topics: own, store });
  }

  /** Creates topics if the bus needs that. */
  async create(topics: readonly string[]): Promise<void> {
    if (this.inner instanceof KafkaBus) await createTopics({ brokers: process.env['KAFKA_BROKERS'] ?? '', log }, topics);
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}
