import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const mostTries = 10;
const pauseMs = 200;
/** Events may be in transit for this long; an older one has been sent or is visibly lost. */
const inTransit = `interval '10 minutes'`;

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

/** A service keeps having events that their publisher's snapshot does not contain. */
export class NoCommonMoment extends Error {
  constructor(strays: readonly string[]) {
    super(`the databases do not fit each other: ${strays.join('; ')}`);
    this.name = 'NoCommonMoment';
  }
}

/**
 * Opens snapshots of all databases at one moment, in which no service has an event that its publisher does not have yet, so that a restore
 * contains no effect without its cause. The reverse is harmless: an event that was not received yet is sent again. Throws {@link
 * NoCommonMoment} if no such moment is found.
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
    // Row security would silently leave out rows; this makes it an error.
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
  for (const consumer of snapshots) {
    const { rows } = await consumer.client.query<{ source: string; ids: string[] }>(
      `SELECT event->>'source' AS source, array_agg(DISTINCT event_id) AS ids FROM inbox WHERE received_at > now() - ${inTransit} GROUP BY 1`,
    );
    for (const { source, ids } of rows) {
      const publisher = snapshots.find(({ service }) => `/${service}` === source);
      if (!publisher) continue;
      const unknown = await publisher.client.query(
        'SELECT 1 FROM unnest($1::uuid[]) AS received(id) WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE event_id = received.id)',
        [ids],
      );
      if (unknown.rowCount) strays.push(`${consumer.service} knows ${unknown.rowCount} events that ${publisher.service} has not published`);
    }
  }
  return strays;
}
