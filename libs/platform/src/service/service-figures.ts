import type { Database } from '../database/database.js';
import type { Figures } from '../metrics/metrics-server.js';
import {
  databaseUp,
  inboxOldest,
  inboxDeadLetters,
  inboxWaiting,
  outboxOldest,
  outboxDeadLetters,
  outboxUnsent,
  poolConnections,
  poolWaiting,
  relayLeader,
} from '../metrics/metrics.js';

/** How long a scrape waits for the database. */
const queryTimeoutMs = 1_000;
/** Simultaneous scrapes share one query. */
const cacheMs = 2_000;
const mostCounted = 100_000;

// Reads partial indexes that contain only these rows, so that finished rows cost nothing; counts a backlog only up to the limit.
export const depthsSql = `
  SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL ORDER BY published_at, id LIMIT ${mostCounted}) u)::int AS unsent,
         coalesce(extract(epoch FROM clock_timestamp() - (SELECT created_at FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL ORDER BY published_at, id LIMIT 1)), 0)::float8 AS unsent_age,
         (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE dead_lettered_at IS NOT NULL AND skipped_at IS NULL LIMIT ${mostCounted}) p)::int AS outbox_dead_letters,
         w.waiting, w.waiting_age,
         (SELECT count(*) FROM (SELECT 1 FROM inbox WHERE status = 'dead_lettered' LIMIT ${mostCounted}) p)::int AS inbox_dead_letters
  FROM (SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0)::float8 AS waiting_age
        FROM (SELECT received_at FROM inbox WHERE status = 'waiting' ORDER BY due_at, id LIMIT ${mostCounted}) i) w`;

const depthGauges = [
  [outboxUnsent, 'unsent'],
  [outboxOldest, 'unsent_age'],
  [outboxDeadLetters, 'outbox_dead_letters'],
  [inboxWaiting, 'waiting'],
  [inboxOldest, 'waiting_age'],
  [inboxDeadLetters, 'inbox_dead_letters'],
] as const;
type Depths = Readonly<Record<(typeof depthGauges)[number][1], number>>;

/** The gauges of a running service that are set at each scrape. */
export class ServiceFigures implements Figures {
  private answer: Promise<Depths | undefined> = Promise.resolve(undefined);
  private queriedAt = -Infinity;
  private isQuerying = false;

  constructor(
    private readonly database: Database,
    private readonly isLeader: () => boolean,
  ) {}

  /** Sets the gauges in bounded time. Without an answer of the database, its gauges are missing and `ciep_database_up` is 0. */
  async refresh(): Promise<void> {
    const { service } = this.database;
    const { total, idle, waiting } = this.database.pool;
    poolConnections.set({ service, state: 'used' }, total - idle);
    poolConnections.set({ service, state: 'idle' }, idle);
    poolWaiting.set({ service }, waiting);
    relayLeader.set({ service }, this.isLeader() ? 1 : 0);
    const depths = await this.depths();
    databaseUp.set({ service }, depths ? 1 : 0);
    if (!depths) return remove(service);
    for (const [gauge, column] of depthGauges) gauge.set({ service }, depths[column]);
  }

  /** Removes the gauges of the stopped service. */
  end(): void {
    const { service } = this.database;
    remove(service);
    for (const state of ['used', 'idle']) poolConnections.remove({ service, state });
    for (const gauge of [poolWaiting, relayLeader, databaseUp]) gauge.remove({ service });
  }

  /** Runs one query at a time, so that queries do not pile up on a database that hangs. */
  private depths(): Promise<Depths | undefined> {
    if (!this.isQuerying && performance.now() - this.queriedAt > cacheMs) {
      this.isQuerying = true;
      this.queriedAt = performance.now();
      this.answer = this.database
        .query<Depths[]>(depthsSql)
        .then(
          ([depths]) => depths,
          () => undefined,
        )
        .finally(() => (this.isQuerying = false));
    }
    return Promise.race([this.answer, timeOut()]);
  }
}

function remove(service: string): void {
  for (const [gauge] of depthGauges) gauge.remove({ service });
}

const timeOut = (): Promise<undefined> => new Promise(resolve => void setTimeout(resolve, queryTimeoutMs, undefined).unref());
