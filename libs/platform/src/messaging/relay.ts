import type pg from 'pg';
import { Connection, keepAlive } from '../database/connection.js';
import { faultPoint } from '../faults/fault-point.js';
import type { Log } from '../logging/log.js';
import { observePublish } from './event-observer.js';
import { MessageRefused, type MessageBus } from './message-bus.js';
import { markOutage, markRefused, markSent, unsent, type OutboxRow } from './outbox-table.js';
import { WakeUp } from './wake-up.js';

const shortestPauseMs = 100;
const longestPauseMs = 250;
const leadershipLock = 7_318_001;

/** Whether events wait to be sent and reactions are due; reads the first entry of an index for each. */
export const probeSql = `SELECT
  (SELECT id FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL ORDER BY published_at, id LIMIT 1) IS NOT NULL AS unsent,
  (SELECT due_at FROM inbox WHERE status = 'waiting' ORDER BY due_at, id LIMIT 1) <= now() AS due`;

/**
 * Sends the outbox to the bus. Each database has one leader. It holds an advisory lock on a connection of its own and reads and marks
 * rows on the same connection, so that an instance that loses the connection cannot mark rows; another instance then takes over.
 * Rows go in order. A row is marked after the bus has it, so that a crash sends it twice rather than never. A row that the bus
 * refuses is tried five times, then dead-lettered; it holds back the later rows of its key, and no others.
 */
export class Relay {
  private readonly wakeUp = new WakeUp();
  private client: pg.Client | undefined;
  private connecting: Connection | undefined;
  private stopping = false;
  private leader = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: { url: string; service: string; bus: MessageBus; log: Log; onInboxDue: () => void }) {}

  /** Whether this instance is the one that sends. */
  get isLeader(): boolean {
    return this.leader;
  }

  start(): void {
    this.loop = this.run();
  }

  /** Looks for new events now. */
  wake(): void {
    this.wakeUp.wake();
  }

  /** Finishes the current batch and gives up the leadership. Does not wait for a connection attempt. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp.wake();
    this.connecting?.cut();
    await this.loop;
    await this.disconnect();
  }

  private async run(): Promise<void> {
    let pause = shortestPauseMs;
    while (!this.stopping) {
      try {
        const client = this.client ?? (await this.connect());
        const sent = await this.turn(client);
        pause = sent ? shortestPauseMs : Math.min(pause * 2, longestPauseMs);
        if (!sent && (await this.wakeUp.sleep(pause))) pause = shortestPauseMs;
      } catch (error) {
        this.options.log.warn({ error }, 'the relay could not send and retries');
        await this.disconnect();
        await this.wakeUp.sleep(1_000);
      }
    }
  }

  /** Looks at the outbox once; true when it sent something, so that more may wait. */
  private async turn(client: pg.Client): Promise<boolean> {
    this.leader ||= await this.lead(client);
    const { rows } = await client.query<{ unsent: boolean; due: boolean | null }>({ name: 'probe', text: probeSql });
    if (rows[0]?.due) this.options.onInboxDue();
    return this.leader && rows[0]?.unsent === true && (await this.sendBatch(client));
  }

  private async sendBatch(client: pg.Client): Promise<boolean> {
    faultPoint('outbox.beforeRead');
    const rows = await unsent(client);
    faultPoint('outbox.afterRead');
    try {
      await this.send(client, rows, new Set());
    } catch (error) {
      await markOutage(client, rows[0], error);
      throw error;
    }
    return rows.length > 0;
  }

  /** Sends rows in order, in one batch. If the bus refuses, it splits the batch until it finds the refused rows; later rows of their keys wait. */
  private async send(client: pg.Client, rows: readonly OutboxRow[], refusedKeys: Set<string>): Promise<void> {
    const open = rows.filter(row => !refusedKeys.has(row.key));
    if (open.length === 0) return;
    const topics = Map.groupBy(open, row => row.topic);
    try {
      const messages = open.map(({ topic, key, event }) => ({ id: event.id, topic, key, event }));
      await observePublish(this.options.service, messages, () => this.options.bus.publish(messages));
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      if (open.length === 1 || (error.isWholeTopic && topics.size === 1)) return this.refused(client, open, error, refusedKeys);
      const half = Math.ceil(open.length / 2);
      for (const part of topics.size > 1 ? topics.values() : [open.slice(0, half), open.slice(half)])
        await this.send(client, part, refusedKeys);
      return;
    }
    faultPoint('outbox.afterSend');
    await markSent(client, open);
    faultPoint('outbox.afterMark');
  }

  private async refused(client: pg.Client, rows: readonly OutboxRow[], refusal: MessageRefused, refusedKeys: Set<string>): Promise<void> {
    const firsts = rows.filter(({ key }) => !refusedKeys.has(key) && refusedKeys.add(key));
    const deadLetters = await markRefused(client, firsts, refusal);
    const { log } = this.options;
    log.warn({ error: refusal, events: firsts.length }, 'the bus refused an event; it is sent again');
    for (const { id, topic, key, event } of deadLetters)
      log.error(
        { outboxId: id, eventId: event.id, topic, key, reason: refusal.message },
        'the bus refused an event five times; it is dead-lettered',
      );
  }

  private async lead(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [leadershipLock]);
    return rows[0]?.leads === true;
  }

  private async connect(): Promise<pg.Client> {
    // Statements are planned once, perhaps on an empty table, and must use their indexes all the same.
    // A leader asks four times a second. PostgreSQL ends a silent session, even if a proxy keeps it open, so that another can lead.
    const client = new Connection({
      connectionString: this.options.url,
      application_name: `${this.options.service}-relay`,
      connectionTimeoutMillis: 4_000,
      ...keepAlive,
      options:
        '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c client_connection_check_interval=5000 -c statement_timeout=5000 -c idle_session_timeout=12000 -c enable_seqscan=off',
    });
    // Without a listener, a lost connection would crash the process.
    client.on('error', error => {
      this.options.log.warn({ error }, 'the relay lost its connection');
      void this.disconnect();
    });
    this.connecting = client;
    await client.connect().finally(() => (this.connecting = undefined));
    this.client = client;
    return client;
  }

  private async disconnect(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.leader = false;
    await client?.end().catch(() => undefined);
  }
}
