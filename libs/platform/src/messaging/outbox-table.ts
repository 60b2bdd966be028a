import type { ClientBase } from 'pg';
import { Database, type Tx } from '../database/database.js';
import type { Where } from '../database/where.js';
import type { CloudEvent, MessageRefused } from './message-bus.js';

/** An event that waits to be sent. */
export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  /** The aggregate's id. An event that cannot be sent holds back the later events of its key, and no others. */
  readonly key: string;
  readonly event: CloudEvent;
  /** How often the bus refused it; an outage does not count. */
  readonly attempts: number;
}

const batchSize = 500;
const attemptsBeforeDeadLettering = 5;

/** Reads the oldest unsent events through their index, whatever the current statistics suggest. */
export const unsentSql = `SELECT id, topic, key, event, attempts FROM outbox o WHERE published_at IS NULL AND dead_lettered_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.key = o.key AND b.id <= o.id AND b.retry_at > now())
 ORDER BY published_at, id LIMIT $1`;

/** The events that can be sent now, oldest first, without those behind a refused event of their key. */
export async function unsent(client: ClientBase): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>({ name: 'unsent', text: unsentSql, values: [batchSize] });
  return rows;
}

/** Marks events as sent. */
export async function markSent(client: ClientBase, rows: readonly OutboxRow[]): Promise<void> {
  await client.query('UPDATE outbox SET published_at = clock_timestamp(), retry_at = NULL WHERE id = ANY($1)', [rows.map(row => row.id)]);
}

/** Marks events as refused: due again after 1, 2, 4 and 8 seconds, and dead-lettered the fifth time. Returns the dead-lettered ones. */
export async function markRefused(client: ClientBase, rows: readonly OutboxRow[], { message }: MessageRefused): Promise<OutboxRow[]> {
  const { rows: deadLetters } = await client.query<{ id: string }>(
    `WITH refused AS (
       UPDATE outbox SET attempts = attempts + 1, last_error = $2,
         dead_lettered_at = CASE WHEN attempts + 1 >= $3 THEN clock_timestamp() END,
         retry_at = CASE WHEN attempts + 1 >= $3 THEN 'infinity' ELSE clock_timestamp() + 2 ^ attempts * interval '1 second' END
       WHERE id = ANY($1) AND published_at IS NULL RETURNING id, dead_lettered_at)
     SELECT id FROM refused WHERE dead_lettered_at IS NOT NULL`,
    [rows.map(row => row.id), message.slice(0, 2_000), attemptsBeforeDeadLettering],
  );
  const ids = new Set(deadLetters.map(({ id }) => id));
  return rows.filter(row => ids.has(row.id));
}

/** Records with the oldest waiting event why nothing can be sent now. */
export async function markOutage(client: ClientBase, oldest: OutboxRow | undefined, error: unknown): Promise<void> {
  if (oldest) await client.query('UPDATE outbox SET last_error = $2 WHERE id = $1', [oldest.id, String(error).slice(0, 2_000)]);
}

/** Replays up to `limit` dead-lettered events that `filter` selects, oldest first. Returns their ids. */
export async function sendDeadLettersAgain(tx: Tx, filter: Where, limit: number): Promise<string[]> {
  const chosen = filter.copy().add('dead_lettered_at IS NOT NULL').add('skipped_at IS NULL');
  const [rows] = await tx.query<[{ event_id: string }[], number]>(
    `UPDATE outbox SET dead_lettered_at = NULL, retry_at = NULL, attempts = 0
      WHERE id IN (SELECT id FROM outbox ${chosen.sql()} ORDER BY id LIMIT $${chosen.values.length + 1} FOR UPDATE) RETURNING event_id`,
    [...chosen.values, limit],
  );
  if (rows.length > 0) Database.markEventsRecorded(tx);
  return rows.map(({ event_id }) => event_id);
}

/** Skips a dead-lettered event and records the reason; events behind it are sent. Returns its id, or undefined if there is no such event. */
export async function skipOutgoing(tx: Tx, id: string, reason: string): Promise<string | undefined> {
  const [[row]] = await tx.query<[{ event_id: string }[], number]>(
    `UPDATE outbox SET skipped_at = clock_timestamp(), skipped_reason = $2, retry_at = NULL
      WHERE id = $1 AND dead_lettered_at IS NOT NULL AND skipped_at IS NULL RETURNING event_id`,
    [id, reason],
  );
  if (row) Database.markEventsRecorded(tx);
  return row?.event_id;
}
