import type { Batch } from 'kafkajs';
import { consumerLag, consumerLastFetch } from '../metrics/metrics.js';

/** Sets the metrics of one member of a consumer group, from what it fetches anyway. */
export class ConsumerObserver {
  private readonly partitions = new Map<string, { readonly group: string; readonly topic: string; readonly partition: number }>();

  constructor(private readonly group: string) {}

  /** Kafka has answered, perhaps without messages. */
  fetched(): void {
    consumerLastFetch.set({ group: this.group }, Date.now() / 1_000);
  }

  /** All messages before this offset are stored. */
  storedBefore({ topic, partition, highWatermark }: Pick<Batch, 'topic' | 'partition' | 'highWatermark'>, next: bigint): void {
    const labels = { group: this.group, topic, partition };
    this.partitions.set(`${topic}/${partition}`, labels);
    consumerLag.set(labels, Math.max(0, Number(BigInt(highWatermark) - next)));
  }

  /** These partitions belong to this member now; other members report the rest. */
  assigned(topics: Readonly<Record<string, readonly number[]>>): void {
    for (const [key, labels] of this.partitions) {
      if (topics[labels.topic]?.includes(labels.partition)) continue;
      consumerLag.remove(labels);
      this.partitions.delete(key);
    }
  }

  end(): void {
    this.assigned({});
    consumerLastFetch.remove({ group: this.group });
  }
}
