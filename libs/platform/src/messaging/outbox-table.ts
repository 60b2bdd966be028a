import type { ClientBase } from 'pg';
import type { CloudEvent, MessageRefused } from './message-bus.js';

/** A fact that waits to be sent. */
export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  /** The aggregate's id: a fact that cannot be sent holds back the later ones of its key, and nothing else. */
  readonly key: string;
  readonly event: CloudEvent;
  /** How often the bus refused it for its own sake; an outage does not count. */
  readonly attempts: number;
}

const batchSize = 500;
const attemptsBeforeParking = 5;

/** Reads the oldest unsent facts by their index alone, whatever the statistics of the moment say. */
export const unsentSql = `SELECT id, topic, key, event, attempts FROM outbox o WHERE published_at IS NULL AND parked_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.key = o.key AND b.id <= o.id AND b.retry_at > now())
 ORDER BY published_at, id LIMIT $1`;

/** The facts that may be sent now, oldest first, without those behind a refused one of their key. */
export async function unsent(client: ClientBase): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>({ name: 'unsent', text: unsentSql, values: [batchSize] });
  return rows;
}

/** Notes that the bus has them. */
export async function markSent(client: ClientBase, rows: readonly OutboxRow[]): Promise<void> {
  await client.query('UPDATE outbox SET published_at = clock_timestamp(), retry_at = NULL WHERE id = ANY($1)', [rows.map(row => row.id)]);
}

/**
 * Notes that the bus refused them: due again after 1, 2, 4 and 8 seconds, parked the fifth time. Answers the parked ones, each
 * the first of its key.
 */
export async function markRefused(client: ClientBase, rows: readonly OutboxRow[], { message }: MessageRefused): Promise<OutboxRow[]> {
  const { rows: parked } = await client.query<{ id: string }>(
    `WITH refused AS (
       UPDATE outbox SET attempts = attempts + 1, last_error = $2,
         parked_at = CASE WHEN attempts + 1 >= $3 THEN clock_timestamp() END,
         retry_at = CASE WHEN attempts + 1 >= $3 THEN 'infinity' ELSE clock_timestamp() + 2 ^ attempts * interval '1 second' END
       WHERE id = ANY($1) AND published_at IS NULL RETURNING id, parked_at)
     SELECT id FROM refused WHERE parked_at IS NOT NULL`,
    [rows.map(row => row.id), message.slice(0, 2_000), attemptsBeforeParking],
  );
  const ids = new Set(parked.map(({ id }) => id));
  return rows.filter(row => ids.has(row.id));
}

/** Notes beside the oldest waiting fact why nothing is sent at present. */
export async function markOutage(client: ClientBase, oldest: OutboxRow | undefined, error: unknown): Promise<void> {
  if (oldest) await client.query('UPDATE outbox SET last_error = $2 WHERE id = $1', [oldest.id, String(error).slice(0, 2_000)]);
}
