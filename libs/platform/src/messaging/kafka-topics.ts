import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
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

/** What brokers say while a topic is being made, by us or by another service's deployment at the same time. */
const stillBeingMade = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'TOPIC_ALREADY_EXISTS']);
const looks = 30;
const pause = 200;

/**
 * Creates the topics that do not exist yet and leaves the others as they are: a step of a deployment, before services
 * start, because brokers do not create topics by themselves. Answers the names of the new ones.
 */
export async function createTopics(
  connection: { brokers: string; log: Log },
  topics: readonly string[],
  options: TopicOptions = {},
): Promise<string[]> {
  const admin = kafkaClient({ ...connection, clientId: 'topics' }).admin();
  await admin.connect();
  try {
    for (let look = 1; ; look += 1) {
      try {
        return await createMissing(admin, topics, options);
      } catch (error) {
        if (look === looks || !stillBeingMade.has(String((error as { type?: unknown }).type))) throw error;
        await sleep(pause);
      }
    }
  } finally {
    await admin.disconnect();
  }
}

async function createMissing(
  admin: Admin,
  topics: readonly string[],
  { partitions = 3, replicas = 1, retentionDays = 14 }: TopicOptions,
): Promise<string[]> {
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
}
