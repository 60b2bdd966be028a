import pg from 'pg';

const batchSize = 5_000;

/**
 * Has every fact that was told since an instant sent once more, in its order, by the relay of the running service; inboxes know
 * those they have had. Answers how many. For a Kafka that has lost messages, and for databases that were put back.
 */
export async function resend(url: string, since: Date): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let facts = 0;
    for (let last = '0', marked = batchSize; marked === batchSize; facts += marked) {
      const { rows } = await client.query<{ last: string | null; marked: number }>(
        `WITH batch AS (SELECT id FROM outbox WHERE id > $1 AND created_at >= $2 AND published_at IS NOT NULL ORDER BY id LIMIT $3),
              unmarked AS (UPDATE outbox SET published_at = NULL FROM batch WHERE outbox.id = batch.id RETURNING outbox.id)
         SELECT max(id) AS last, count(*)::int AS marked FROM unmarked`,
        [last, since, batchSize],
      );
      marked = rows[0]?.marked ?? 0;
      last = rows[0]?.last ?? last;
    }
    return facts;
  } finally {
    await client.end();
  }
}
