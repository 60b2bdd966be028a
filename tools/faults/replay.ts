// Lets every service consume every topic again from the beginning.
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from '@ciep/contracts';
import kafkajs from 'kafkajs';
import type { Stage } from './stage.js';

/** The read copies of exhibition, and the reactions that maintain them. */
const copies = ['known_editions', 'known_milestones', 'known_fee_schedules', 'known_organisations'] as const;
const keptBy = '^(KnowEdition|KnowMilestone|KnowFeeSchedule|RememberOrganisation)';

const longestWaitMs = 300_000;

/** The result. */
export interface Replay {
  /** Messages that the groups consumed again, all together. */
  readonly messages: number;
  /** Rows of read copies that were rebuilt. */
  readonly rows: number;
  /** Read copies that differ from before, byte by byte. */
  readonly differences: readonly string[];
}

/**
 * Deletes the read copies and the inbox rows of their events, resets every consumer group to the beginning and starts all services.
 * The read copies must become the same again, and nothing else may change. The platform must be idle before, and is idle
 * afterwards.
 */
export async function consumeEverythingAgain(stage: Stage): Promise<Replay> {
  const before = await readCopies(stage);
  for (const service of serviceNames) {
    stage.supervisor.leave(service);
    stage.kill(service);
  }
  const [deleted] = await stage.query<{ count: number }>(
    'exhibition',
    `WITH forgotten AS (DELETE FROM inbox WHERE reaction ~ '${keptBy}' RETURNING 1) SELECT count(*)::int AS count FROM forgotten`,
  );
  if (!deleted?.count) throw new Error('exhibition has no events for its read copies');
  await stage.query('exhibition', `TRUNCATE ${copies.join(', ')}`);
  const groups = new Groups(stage.brokers);
  await groups.connect();
  try {
    await groups.rewind();
    for (const service of serviceNames) stage.supervisor.mind(service);
    await stage.supervisor.untilAllRun(60_000);
    await until('every group has consumed everything', () => groups.haveConsumedAll());
    await until('exhibition has reacted', async () => {
      const [row] = await stage.query<{ count: number }>(
        'exhibition',
        `SELECT count(*)::int AS count FROM inbox WHERE reaction ~ '${keptBy}' AND status = 'done'`,
      );
      return row?.count === deleted.count;
    });
    const after = await readCopies(stage);
    return {
      messages: groups.messages,
      rows: [...before.values()].reduce((sum, rows) => sum + rows.length, 0),
      differences: copies.flatMap(table => difference(table, before.get(table) ?? [], after.get(table) ?? [])),
    };
  } finally {
    await groups.disconnect();
  }
}

async function readCopies(stage: Stage): Promise<Map<string, string[]>> {
  const tables = new Map<string, string[]>();
  for (const table of copies) {
    const rows = await stage.query<{ row: string }>('exhibition', `SELECT c::text AS row FROM ${table} c ORDER BY id`);
    tables.set(
      table,
      rows.map(({ row }) => row),
    );
  }
  return tables;
}

function difference(table: string, before: readonly string[], after: readonly string[]): string[] {
  const rowsOnlyIn = (some: readonly string[], others: readonly string[], when: string) =>
    some.filter(row => !others.includes(row)).map(row => `${table}: ${row} is there only ${when} everything was consumed again`);
  return [...rowsOnlyIn(before, after, 'before'), ...rowsOnlyIn(after, before, 'after')];
}

/** The consumer groups of the platform. */
class Groups {
  /** The number of messages between their old offsets and the beginning. */
  messages = 0;
  private readonly admin: kafkajs.Admin;
  private groups: readonly string[] = [];

  constructor(brokers: string) {
    this.admin = new kafkajs.Kafka({ brokers: [brokers], clientId: 'faults', logLevel: kafkajs.logLevel.NOTHING }).admin();
  }

  async connect(): Promise<void> {
    await this.admin.connect();
    this.groups = (await this.admin.listGroups()).groups.map(({ groupId }) => groupId).filter(groupId => groupId.startsWith('ciep.'));
  }

  disconnect(): Promise<void> {
    return this.admin.disconnect();
  }

  /** Resets every group to the beginning; Kafka removes killed members only after their session time-out. */
  async rewind(): Promise<void> {
    await until('the groups are empty', async () =>
      (await this.admin.describeGroups([...this.groups])).groups.every(({ members }) => members.length === 0),
    );
    for (const groupId of this.groups)
      for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId })) {
        await this.admin.resetOffsets({ groupId, topic, earliest: true });
        this.messages += partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      }
  }

  async haveConsumedAll(): Promise<boolean> {
    for (const groupId of this.groups)
      for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId })) {
        const ends = new Map((await this.admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]));
        if (partitions.some(({ partition, offset }) => Math.max(0, Number(offset)) < (ends.get(partition) ?? 0))) return false;
      }
    return true;
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + longestWaitMs; !(await isSo()); await sleep(250))
    if (Date.now() > end) throw new Error(`waited ${longestWaitMs / 1_000} s in vain: ${what}`);
}
