import type { Database } from '../database/database.js';
import {
  databaseUp,
  inboxOldest,
  inboxParked,
  inboxWaiting,
  outboxOldest,
  outboxParked,
  outboxUnsent,
  poolConnections,
  poolWaiting,
  relayLeader,
} from './metrics.js';

/** A scrape does not wait longer for a database. */
const patience = 1_000;
/** Scrapers that come together share one look. */
const freshFor = 2_000;
const mostCounted = 100_000;

interface Depths {
  readonly unsent: number;
  readonly unsent_age: number;
  readonly outbox_parked: number;
  readonly waiting: number;
  readonly waiting_age: number;
  readonly inbox_parked: number;
}

// The partial indexes hold nothing but these rows: what is done costs nothing, and a backlog is counted to the limit only.
export const depthsSql = `
  SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE published_at IS NULL AND parked_at IS NULL ORDER BY published_at, id LIMIT ${mostCounted}) u)::int AS unsent,
         coalesce(extract(epoch FROM clock_timestamp() - (SELECT created_at FROM outbox WHERE published_at IS NULL AND parked_at IS NULL ORDER BY published_at, id LIMIT 1)), 0)::float8 AS unsent_age,
         (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE parked_at IS NOT NULL AND skipped_at IS NULL LIMIT ${mostCounted}) p)::int AS outbox_parked,
         w.waiting, w.waiting_age,
         (SELECT count(*) FROM (SELECT 1 FROM inbox WHERE status = 'parked' LIMIT ${mostCounted}) p)::int AS inbox_parked
  FROM (SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0)::float8 AS waiting_age
        FROM (SELECT received_at FROM inbox WHERE status = 'waiting' ORDER BY due_at, id LIMIT ${mostCounted}) i) w`;

const depthGauges = [outboxUnsent, outboxOldest, outboxParked, inboxWaiting, inboxOldest, inboxParked];

/** What of a running service is asked for at each scrape, not counted as it happens. */
export class ServiceFigures {
  private answer: Promise<Depths | undefined> = Promise.resolve(undefined);
  private askedAt = -Infinity;
  private isAsking = false;

  constructor(
    private readonly database: Database,
    private readonly isLeader: () => boolean,
  ) {}

  /** Sets the gauges, in bounded time. What the database does not tell is left out, and `ciep_database_up` is 0. */
  async refresh(): Promise<void> {
    const { service } = this.database;
    const { total, idle, waiting } = this.database.pool;
    poolConnections.set({ service, state: 'used' }, total - idle);
    poolConnections.set({ service, state: 'idle' }, idle);
    poolWaiting.set({ service }, waiting);
    relayLeader.set({ service }, this.isLeader() ? 1 : 0);
    const depths = await this.depths();
    databaseUp.set({ service }, depths ? 1 : 0);
    if (!depths) return forget(service);
    outboxUnsent.set({ service }, depths.unsent);
    outboxOldest.set({ service }, depths.unsent_age);
    outboxParked.set({ service }, depths.outbox_parked);
    inboxWaiting.set({ service }, depths.waiting);
    inboxOldest.set({ service }, depths.waiting_age);
    inboxParked.set({ service }, depths.inbox_parked);
  }

  /** Takes the service's gauges away: it has stopped. */
  end(): void {
    const { service } = this.database;
    forget(service);
    for (const state of ['used', 'idle']) poolConnections.remove({ service, state });
    for (const gauge of [poolWaiting, relayLeader, databaseUp]) gauge.remove({ service });
  }

  /** One question at a time: a database that hangs is not asked again and again. */
  private depths(): Promise<Depths | undefined> {
    if (!this.isAsking && performance.now() - this.askedAt > freshFor) {
      this.isAsking = true;
      this.askedAt = performance.now();
      this.answer = this.database
        .query<Depths[]>(depthsSql)
        .then(
          ([depths]) => depths,
          () => undefined,
        )
        .finally(() => (this.isAsking = false));
    }
    return Promise.race([this.answer, timeOut()]);
  }
}

function forget(service: string): void {
  for (const gauge of depthGauges) gauge.remove({ service });
}

const timeOut = (): Promise<undefined> => new Promise(resolve => void setTimeout(resolve, patience, undefined).unref());
