import { DueRows, Job, type Tx } from '@ciep/platform';

const days = 30;

/** Deletes deliveries after thirty days (docs/rules.md#webhook-log), including those that wait for a disabled endpoint. */
@Job()
export class ForgetOldDeliveries extends DueRows<{ id: string }> {
  override readonly everySeconds = 600;

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<{ id: string } | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM deliveries WHERE created_at < $1 AND id <> ALL($2) AND (leased_until IS NULL OR leased_until <= clock_timestamp())
       ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [new Date(now.getTime() - days * 86_400_000), skip],
    );
    return row;
  }

  async handle({ id }: { id: string }, tx: Tx): Promise<void> {
    await tx.query('DELETE FROM deliveries WHERE id = $1', [id]);
  }
}
