import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { positionAt } from './feed-positions.rules.js';

/** An event as portals get it. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** The CloudEvent. */
  readonly body: string;
  /** Who may read it. */
  readonly readers: readonly string[];
}

/** Keeps the events that portals may read, in the order in which they become visible (docs/rules.md#event-feed). */
@Injectable()
export class EventFeed {
  constructor(private readonly database: Database) {}

  /**
   * Adds an event once. The last position is in one row, which stays locked until the commit. So a position is visible only after all
   * positions before it, and a reader who has seen it has missed nothing. It has to be the last step of its transaction.
   */
  async add({ id, type, subject, body, readers }: ToldEvent, tx: Tx): Promise<void> {
    await tx.query(
      `WITH next AS (INSERT INTO feed (position) VALUES ($1)
                     ON CONFLICT (the_only) DO UPDATE SET position = greatest(feed.position + 1, excluded.position) RETURNING position),
            added AS (INSERT INTO feed_events (position, event_id, type, subject, body) SELECT position, $2, $3, $4, $5 FROM next
                      ON CONFLICT (event_id) DO NOTHING RETURNING position)
       INSERT INTO feed_readers (reader, position, type) SELECT reader, position, $3 FROM added CROSS JOIN unnest($6::text[]) reader`,
      [positionAt(this.database.clock.now()), id, type, subject, body, readers],
    );
  }
}
