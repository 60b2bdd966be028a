import pg from 'pg';
import { faultPoint } from '../faults/fault-point.js';
import type { Log } from '../logging/log.js';
import type { CloudEvent, MessageBus } from './message-bus.js';
import { WakeUp } from './wake-up.js';

const batchSize = 500;
const shortestSleep = 100;
const longestSleep = 250;
const leadershipLock = 7_318_001;

interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  event: CloudEvent;
}

/**
 * Sends the outbox to the bus. One leader per database, held by an advisory lock on a connection of its own on which it
 * also reads and marks: who loses the connection can mark no more. A second instance takes over. Rows go in order; a row is
 * marked only after the bus has it, so that a crash sends it twice rather than never.
 */
export class Relay {
  private readonly wakeUp = new WakeUp();
  private client: pg.Client | undefined;
  private stopping = false;
  private leader = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: { url: string; service: string; bus: MessageBus; log: Log; onInboxDue: () => void }) {}

  /** Whether this instance sends. */
  get isLeader(): boolean {
    return this.leader;
  }

  start(): void {
    this.loop = this.run();
  }

  /** Says that a fact was committed. */
  wake(): void {
    this.wakeUp.wake();
  }

  /** Finishes the batch under way and gives the leadership up. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp.wake();
    await this.loop;
    await this.disconnect();
  }

  private async run(): Promise<void> {
    let pause = shortestSleep;
    while (!this.stopping) {
      try {
        const client = this.client ?? (await this.connect());
        const sent = await this.turn(client);
        pause = sent ? shortestSleep : Math.min(pause * 2, longestSleep);
        if (!sent && (await this.wakeUp.sleep(pause))) pause = shortestSleep;
      } catch (error) {
        this.options.log.warn({ error }, 'the relay could not send; it tries again');
        await this.disconnect();
        await this.wakeUp.sleep(1_000);
      }
    }
  }

  /** One look at the outbox; true when it sent something, so that more may wait. */
  private async turn(client: pg.Client): Promise<boolean> {
    this.leader ||= await this.lead(client);
    const { rows } = await client.query<{ unsent: boolean; due: boolean }>({
      name: 'probe',
      text: `SELECT EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL) AS unsent,
                    EXISTS (SELECT 1 FROM inbox WHERE status = 'waiting' AND due_at <= now()) AS due`,
    });
    if (rows[0]?.due) this.options.onInboxDue();
    return this.leader && rows[0]?.unsent === true && (await this.sendBatch(client));
  }

  private async sendBatch(client: pg.Client): Promise<boolean> {
    faultPoint('outbox.beforeRead');
    const { rows } = await client.query<OutboxRow>({
      name: 'unsent',
      text: 'SELECT id, topic, key, event FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1',
      values: [batchSize],
    });
    faultPoint('outbox.afterRead');
    const ids = rows.map(row => row.id);
    try {
      await this.options.bus.publish(rows.map(({ topic, key, event }) => ({ id: event.id, topic, key, event })));
    } catch (error) {
      await client.query('UPDATE outbox SET attempts = attempts + 1, last_error = $2 WHERE id = ANY($1)', [
        ids,
        String(error).slice(0, 2_000),
      ]);
      throw error;
    }
    faultPoint('outbox.afterSend');
    await client.query('UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY($1)', [ids]);
    faultPoint('outbox.afterMark');
    return rows.length > 0;
  }

  private async lead(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [leadershipLock]);
    return rows[0]?.leads === true;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: `${this.options.service}-relay`,
      connectionTimeoutMillis: 5_000,
      options:
        '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c client_connection_check_interval=5000 -c statement_timeout=10000',
    });
    // Without a listener a lost connection would end the process.
    client.on('error', error => {
      this.options.log.warn({ error }, 'the relay lost its connection');
      void this.disconnect();
    });
    await client.connect();
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
