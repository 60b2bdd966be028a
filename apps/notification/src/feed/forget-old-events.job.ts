import { DueRows, Job, type Tx } from '@ciep/platform';
import { NotificationConfig } from '../notification.config.js';
import { keptSince, positionAt } from './feed-positions.rules.js';

const batchSize = 1_000;

/** Deletes events a day after their retention ends, so that no reader with an accepted cursor misses one (docs/rules.md#event-feed). */
@Job()
export class ForgetOldEvents extends DueRows<{ id: string }> {
  override readonly everySeconds = 600;

  constructor(private readonly config: NotificationConfig) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<{ id: string } | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT position AS id FROM feed_events WHERE position < $1 AND position <> ALL($2) ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [positionAt(keptSince(now, this.config.feedDays + 1)), skip],
    );
    return row;
  }

  /** Deletes a batch, from the given event on. */
  async handle({ id }: { id: string }, tx: Tx, now: Date): Promise<void> {
    await tx.query(
      `DELETE FROM feed_events WHERE position IN
         (SELECT position FROM feed_events WHERE position >= $1 AND position < $2 ORDER BY position LIMIT ${batchSize})`,
      [id, positionAt(keptSince(now, this.config.feedDays + 1))],
    );
  }
}
