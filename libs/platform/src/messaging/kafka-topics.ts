import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { kafkaClient, type KafkaAddress } from './kafka-client.js';
import type { Log } from '../logging/log.js';

const day = 24 * 60 * 60 * 1000;

/** Options of new topics. Production uses 12 partitions and 3 replicas, with `min.insync.replicas` 2 at the brokers. */
export interface TopicOptions {
  /** 3 by default. Partitions that are added later move keys and break their order. */
  readonly partitions?: number;
  /** 1 by default. */
  readonly replicas?: number;
  /** How long topics keep messages; 14 days by default. At most half of the time for which inboxes remember events. */
  readonly retentionDays?: number;
}

/** A topic keeps messages for longer than inboxes are sure to remember them. */
export class TopicKeepsTooLong extends Error {
  constructor(topic: string, keptDays: number, days: number) {
    super(
      `${topic} keeps messages for ${keptDays < 0 ? 'ever' : `${keptDays} days`}, more than the ${days} of CIEP_TOPIC_RETENTION_DAYS: ` +
        'inboxes would have forgotten a message that Kafka delivers again. Set its retention.ms lower, or raise CIEP_TOPIC_RETENTION_DAYS and CIEP_KEEP_INBOX_DAYS.',
    );
    this.name = 'TopicKeepsTooLong';
  }
}

/** Errors while a topic is being created, by us or by another deployment at the same time. */
const beingCreated = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'TOPIC_ALREADY_EXISTS']);
const upToTheEnd = '-1';
const mostTries = 30;
const pauseMs = 200;

/**
 * Creates the topics that are missing and leaves the others alone. A deployment calls it before the services start, because
 * brokers do not create topics by themselves. Returns the names of the new topics. Throws {@link TopicKeepsTooLong} when an
 * existing topic keeps messages for longer than `retentionDays`.
 */
export function createTopics(
  connection: KafkaAddress & { log: Log },
  topics: readonly string[],
  options: TopicOptions = {},
): Promise<string[]> {
  return asAdmin(connection, async admin => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await createMissing(admin, topics, options);
      } catch (error) {
        if (tries === mostTries || !beingCreated.has(String((error as { type?: unknown }).type))) throw error;
        await sleep(pauseMs);
      }
    }
  });
}

/**
 * Deletes every message of these topics, and keeps the topics and the offsets of their consumers. Needed after a restore, when
 * Kafka still has messages that the restored databases do not know.
 */
export function emptyTopics(connection: KafkaAddress & { log: Log }, topics: readonly string[]): Promise<void> {
  return asAdmin(connection, async admin => {
    for (const topic of topics) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => ({ partition, offset: upToTheEnd }));
      await admin.deleteTopicRecords({ topic, partitions });
    }
  });
}

async function asAdmin<R>(connection: KafkaAddress & { log: Log }, work: (admin: Admin) => Promise<R>): Promise<R> {
  const admin = kafkaClient({ ...connection, clientId: 'topics' }).admin();
  await admin.connect();
  try {
    return await work(admin);
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
