import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const mostTries = 10;
const pauseMs = 200;
/** How far back facts may still be on their way: what is older has been sent, or is known to be lost by its age. */
const onTheirWay = `interval '10 minutes'`;

/** The database of one service. */
export interface Source {
  readonly service: string;
  /** As its owner, who sees every row. */
  readonly ownerUrl: string;
}

/** A view of one database that stays as it is, however long it is read. */
export interface Snapshot {
  readonly service: string;
  readonly client: pg.Client;
}

/** Some service goes on hearing facts of one that seems never to have told them. */
export class NoCommonMoment extends Error {
  constructor(strays: readonly string[]) {
    super(`the databases do not fit each other: ${strays.join('; ')}`);
    this.name = 'NoCommonMoment';
  }
}

/**
 * Opens a view of every database, all at one moment, such that no service knows of a fact whose teller has not told it yet:
 * put back together, nothing has an effect that has no cause. (The other way round is no harm: a fact that was not heard yet is
 * sent again.) Throws {@link NoCommonMoment} when no such moment is found.
 */
export async function withSnapshots<R>(
  sources: readonly Source[],
  work: (snapshots: readonly Snapshot[], takenAt: Date) => Promise<R>,
): Promise<R> {
  const snapshots = sources.map(({ service, ownerUrl }) => ({
    service,
    client: new pg.Client({ connectionString: ownerUrl, application_name: `${service}-backup` }),
  }));
  try {
    await Promise.all(snapshots.map(({ client }) => client.connect()));
    const takenAt = await commonMoment(snapshots);
    return await work(snapshots, takenAt);
  } finally {
    await Promise.all(snapshots.map(({ client }) => client.end()));
  }
}

async function commonMoment(snapshots: readonly Snapshot[]): Promise<Date> {
  for (let tries = 1; ; tries += 1) {
    // Row security would leave rows out without a word; so it is an error instead.
    await onEach(snapshots, 'SET row_security = off; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const takenAt = new Date();
    await onEach(snapshots, 'SELECT count(*) FROM outbox WHERE id < 0');
    const strays = await effectsWithoutCause(snapshots);
    if (strays.length === 0) return takenAt;
    await onEach(snapshots, 'ROLLBACK');
    if (tries === mostTries) throw new NoCommonMoment(strays);
    await sleep(pauseMs);
  }
}

const onEach = (snapshots: readonly Snapshot[], sql: string) => Promise.all(snapshots.map(({ client }) => client.query(sql)));

async function effectsWithoutCause(snapshots: readonly Snapshot[]): Promise<string[]> {
  const strays: string[] = [];
  for (const listener of snapshots) {
    const { rows } = await listener.client.query<{ source: string; ids: string[] }>(
      `SELECT event->>'source' AS source, array_agg(DISTINCT event_id) AS ids FROM inbox WHERE received_at > now() - ${onTheirWay} GROUP BY 1`,
    );
    for (const { source, ids } of rows) {
      const teller = snapshots.find(({ service }) => `/${service}` === source);
      if (!teller) continue;
      const unknown = await teller.client.query(
        'SELECT 1 FROM unnest($1::uuid[]) AS heard(id) WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE event_id = heard.id)',
        [ids],
      );
      if (unknown.rowCount) strays.push(`${listener.service} knows ${unknown.rowCount} facts that ${teller.service} has not told`);
    }
  }
  return strays;
}
