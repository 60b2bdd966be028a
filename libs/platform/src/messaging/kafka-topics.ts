import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { kafkaClient, type KafkaAddress } from './kafka-client.js';
import type { Log } from '../logging/log.js';

const day = 24 * 60 * 60 * 1000;

/** How new topics are made. Production wants 12 partitions and 3 replicas, with `min.insync.replicas` 2 at the brokers. */
export interface TopicOptions {
  /** 3 if not given. More later would move keys to other partitions and break their order. */
  readonly partitions?: number;
  /** 1 if not given. */
  readonly replicas?: number;
  /** How long messages are kept; 14 days if not given. Half of the time an inbox remembers what it has seen, at most. */
  readonly retentionDays?: number;
}

/** A topic keeps messages for longer than inboxes are sure to know them again. */
export class TopicKeepsTooLong extends Error {
  constructor(topic: string, keptDays: number, days: number) {
    super(
      `${topic} keeps messages for ${keptDays < 0 ? 'ever' : `${keptDays} days`}, more than the ${days} of CIEP_TOPIC_RETENTION_DAYS: ` +
        'a message that comes again must find its trace in the inbox. Set its retention.ms lower, or raise CIEP_TOPIC_RETENTION_DAYS and CIEP_KEEP_INBOX_DAYS.',
    );
    this.name = 'TopicKeepsTooLong';
  }
}

/** What brokers say while a topic is being made, by us or by another service's deployment at the same time. */
const stillBeingMade = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'TOPIC_ALREADY_EXISTS']);
const upToTheEnd = '-1';
const looks = 30;
const pause = 200;

/**
 * Creates the topics that do not exist yet and leaves the others as they are: a step of a deployment, before services
 * start, because brokers do not create topics by themselves. Answers the names of the new ones. Throws {@link TopicKeepsTooLong}
 * when one of the others keeps messages for longer than `retentionDays`.
 */
export async function createTopics(
  connection: KafkaAddress & { log: Log },
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

/**
 * Deletes every message of these topics; the topics stay as they are, and so do the places of those who read them. For a Kafka
 * that remembers what the restored databases do not know.
 */
export async function emptyTopics(connection: KafkaAddress & { log: Log }, topics: readonly string[]): Promise<void> {
  const admin = kafkaClient({ ...connection, clientId: 'topics' }).admin();
  await admin.connect();
  try {
    for (const topic of topics) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => ({ partition, offset: upToTheEnd }));
      await admin.deleteTopicRecords({ topic, partitions });
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
  await refuseLongRetention(
    admin,
    topics.filter(topic => existing.has(topic)),
    retentionDays,
  );
  const missing = [...new Set(topics)].filter(topic => !existing.has(topic));
  if (missing.length === 0) return [];
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map(topic => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: [{ name: 'retention.ms', value: String(retentionDays * day) }],
    })),
  });
  return missing;
}

async function refuseLongRetention(admin: Admin, topics: readonly string[], days: number): Promise<void> {
  if (topics.length === 0) return;
  const resources = topics.map(name => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['retention.ms'] }));
  const described = await admin.describeConfigs({ includeSynonyms: false, resources });
  for (const { resourceName, configEntries } of described.resources) {
    const kept = Number(configEntries.find(({ configName }) => configName === 'retention.ms')?.configValue ?? -1);
    if (kept < 0 || kept > days * day) throw new TopicKeepsTooLong(resourceName, Math.ceil(kept / day), days);
  }
}
