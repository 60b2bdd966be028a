import { withConnection } from '../database/connection.js';

const batchSize = 5_000;

/**
 * Marks every event since an instant as unsent, so that the relay of the running service sends it again, in order; inboxes ignore
 * those that they have. Returns their number. For use after Kafka lost messages or a database was restored.
 */
export function resend(url: string, since: Date): Promise<number> {
  return withConnection(url, async client => {
    let events = 0;
    for (let last = '0', marked = batchSize; marked === batchSize; events += marked) {
      const { rows } = await client.query<{ last: string | null; marked: number }>(
        `WITH batch AS (SELECT id FROM outbox WHERE id > $1 AND created_at >= $2 AND published_at IS NOT NULL ORDER BY id LIMIT $3),
              unmarked AS (UPDATE outbox SET published_at = NULL FROM batch WHERE outbox.id = batch.id RETURNING outbox.id)
         SELECT max(id) AS last, count(*)::int AS marked FROM unmarked`,
        [last, since, batchSize],
      );
      marked = rows[0]?.marked ?? 0;
      last = rows[0]?.last ?? last;
    }
    return events;
  });
}
