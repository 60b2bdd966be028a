import { kafkaClient } from './kafka-client.js';
import type { Log } from '../logging/log.js';

const days = 24 * 60 * 60 * 1000;

/** How new topics are made. Production wants 12 partitions and 3 replicas, with `min.insync.replicas` 2 at the brokers. */
export interface TopicOptions {
  /** 3 if not given. More later would move keys to other partitions and break their order. */
  readonly partitions?: number;
  /** 1 if not given. */
  readonly replicas?: number;
  /** How long messages are kept; 14 days if not given. Half of the time an inbox remembers what it has seen, at most. */
  readonly retentionDays?: number;
}

/**
 * Creates the topics that do not exist yet and leaves the others as they are: a step of a deployment, before services
 * start, because brokers do not create topics by themselves. Answers the names of the new ones.
 */
export async function createTopics(
  connection: { brokers: string; log: Log },
  topics: readonly string[],
  { partitions = 3, replicas = 1, retentionDays = 14 }: TopicOptions = {},
): Promise<string[]> {
  const admin = kafkaClient({ ...connection, clientId: 'topics' }).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = [...new Set(topics)].filter(topic => !existing.has(topic));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(topic => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replicas,
        configEntries: [{ name: 'retention.ms', value: String(retentionDays * days) }],
      })),
    });
    return missing;
  } finally {
    await admin.disconnect();
  }
}
