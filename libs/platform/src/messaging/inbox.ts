import { eventCatalogue } from '@ciep/contracts';
import { faultPoint } from '../faults/fault-point.js';
import type { Database, Reader, Tx } from '../database/database.js';
import type { Where } from '../database/where.js';
import { observeReceive } from './event-observer.js';
import type { CloudEvent, Message } from './message-bus.js';

/** The reaction name of dead-lettered events of unknown type, until a version of the service knows the type. */
export const unknownReaction = '?';

/** An event that waits for one reaction. */
export interface InboxRow {
  readonly id: string;
  readonly reaction: string;
  readonly key: string;
  readonly event: CloudEvent;
  readonly tries: number;
}

/** Reads due rows through their index, whatever the current statistics suggest. */
export const dueSql = `SELECT id, reaction, key, event, tries FROM inbox WHERE status = 'waiting' AND due_at <= now() ORDER BY due_at, id LIMIT $1`;

const triesBeforeDeadLettering = 8;

/** The events that a service has received, with a row for each reaction; it makes every effect happen exactly once. */
export class Inbox {
  private readonly reactionsOf = new Map<string, string[]>();

  constructor(
    private readonly database: Database,
    private readonly onStored: () => void,
  ) {}

  /** Registers a reaction to a type of event. */
  register(type: string, reaction: string): void {
    const reactions = this.reactionsOf.get(type) ?? [];
    if (reactions.includes(reaction)) throw new Error(`${reaction} reacts to ${type} twice`);
    this.reactionsOf.set(type, [...reactions, reaction]);
  }

  /** The topics of all events that have a reaction. */
  topics(): string[] {
    return [...new Set([...this.reactionsOf.keys()].map(type => eventCatalogue.get(type)?.topic ?? ''))]
      .filter(topic => topic !== '')
      .sort();
  }

  /** Stores a batch, a row for each event and reaction, and commits before it resolves. Dead-letters events of unknown types. */
  async store(messages: readonly Message[]): Promise<void> {
    const rows = messages.flatMap(({ id, key, event }) =>
      this.reactionsTo(event.type).map(reaction => ({
        reaction,
        event_id: id,
        key,
        type: event.type,
        event,
        status: reaction === unknownReaction ? 'dead_lettered' : 'waiting',
        last_error: reaction === unknownReaction ? 'no version of this service knows this type of event' : null,
      })),
    );
    if (rows.length === 0) return;
    await observeReceive(this.database.service, messages, () => this.insert(this.database, rows));
    faultPoint('inbox.afterStore');
    this.onStored();
  }

  /** The rows that are due now, oldest first. */
  due(limit: number): Promise<InboxRow[]> {
    return this.database.query<InboxRow[]>(dueSql, [limit]);
  }

  /** Locks the row and marks it done within the transaction; false when another worker has it or an earlier row of its key waits. */
  async claim(tx: Tx, row: InboxRow): Promise<boolean> {
    // Without joins and alternatives: PostgreSQL plans it for every event, and planning costs more than running.
    const claimed = await tx.query<[unknown[], number]>(
      `UPDATE inbox SET status = 'done', processed_at = clock_timestamp(), tries = tries + 1
       WHERE id = (SELECT id FROM inbox WHERE id = $1 AND status = 'waiting' FOR UPDATE SKIP LOCKED) AND NOT EXISTS (
         SELECT 1 FROM inbox WHERE reaction = $2 AND key = $3 AND id < $1 AND status IN ('waiting', 'dead_lettered'))`,
      [row.id, row.reaction, row.key],
    );
    return claimed[1] > 0;
  }

  /** Records a failure: the row is due again later, or dead-lettered after 8 tries or when `isFinal`. Later rows of its key wait. */
  async failed(row: InboxRow, error: unknown, isFinal: boolean): Promise<'waiting' | 'dead_lettered'> {
    const tries = row.tries + 1;
    const status = isFinal || tries >= triesBeforeDeadLettering ? 'dead_lettered' : 'waiting';
    const delay = 1_000 * 2 ** (tries - 1) * (0.9 + Math.random() * 0.2);
    await this.database.query(
      `WITH head AS (UPDATE inbox SET tries = $2, last_error = $3, status = $4, due_at = clock_timestamp() + $5 * interval '1 ms'
                     WHERE id = $1 AND status = 'waiting' RETURNING id, reaction, key, status, due_at)
       UPDATE inbox f SET due_at = CASE head.status WHEN 'dead_lettered' THEN 'infinity' ELSE head.due_at END FROM head
       WHERE f.reaction = head.reaction AND f.key = head.key AND f.id > head.id AND f.status = 'waiting'`,
      [row.id, tries, String(error instanceof Error ? error.message : error).slice(0, 2_000), status, delay],
    );
    return status;
  }

  /** Delays a row that could not be claimed until after the row that blocks it. */
  async stepBack(row: InboxRow): Promise<void> {
    await this.database.query(
      `UPDATE inbox i SET due_at = b.due_at FROM (
         SELECT CASE WHEN bool_or(status = 'dead_lettered') THEN 'infinity' ELSE greatest(max(due_at), clock_timestamp() + interval '100 ms') END AS due_at
         FROM inbox WHERE reaction = $2 AND key = $3 AND id < $1 AND status IN ('waiting', 'dead_lettered') HAVING count(*) > 0) b
       WHERE i.id = $1 AND i.status = 'waiting'`,
      [row.id, row.reaction, row.key],
    );
  }

  /**
   * Replays up to `limit` dead-lettered rows that `filter` selects, oldest first. An event of unknown type goes to the reactions
   * that exist now, and stays where it is if there are none. Returns the ids of the events.
   */
  async replay(tx: Tx, filter: Where, limit: number): Promise<string[]> {
    const chosen = filter
      .copy()
      .add(`status = 'dead_lettered'`)
      .add('(reaction <> ? OR type = ANY(?))', unknownReaction, [...this.reactionsOf.keys()]);
    const deadLetters = await tx.query<(InboxRow & { type: string; event_id: string })[]>(
      `SELECT id, reaction, key, type, event_id, CASE WHEN reaction = '${unknownReaction}' THEN event END AS event
       FROM inbox ${chosen.sql()} ORDER BY id LIMIT $${chosen.values.length + 1} FOR UPDATE`,
      [...chosen.values, limit],
    );
    const [unknown, known] = [
      deadLetters.filter(row => row.reaction === unknownReaction),
      deadLetters.filter(row => row.reaction !== unknownReaction),
    ];
    await tx.query(`UPDATE inbox SET status = 'waiting', tries = 0, due_at = clock_timestamp() WHERE id = ANY($1)`, [
      known.map(({ id }) => id),
    ]);
    await this.unblock(tx, known);
    await this.insert(
      tx,
      unknown.flatMap(({ event_id, key, type, event }) =>
        this.reactionsTo(type).map(reaction => ({ reaction, event_id, key, type, event, status: 'waiting', last_error: null })),
      ),
    );
    await tx.query(`UPDATE inbox SET status = 'done', processed_at = clock_timestamp() WHERE id = ANY($1)`, [unknown.map(({ id }) => id)]);
    return deadLetters.map(({ event_id }) => event_id);
  }

  /** Skips a dead-lettered row and records the reason; rows behind it continue. Returns the event's id, or undefined if there is no such row. */
  async skip(tx: Tx, id: string, reason: string): Promise<string | undefined> {
    const [[skipped]] = await tx.query<[(InboxRow & { event_id: string })[], number]>(
      `UPDATE inbox SET status = 'skipped', skipped_reason = $2, processed_at = clock_timestamp() WHERE id = $1 AND status = 'dead_lettered' RETURNING id, reaction, key, event_id`,
      [id, reason],
    );
    if (skipped) await this.unblock(tx, [skipped]);
    return skipped?.event_id;
  }

  private reactionsTo(type: string): string[] {
    return this.reactionsOf.get(type) ?? (eventCatalogue.has(type) ? [] : [unknownReaction]);
  }

  private async unblock(tx: Tx, rows: readonly Pick<InboxRow, 'id'>[]): Promise<void> {
    await tx.query(
      `UPDATE inbox later SET due_at = clock_timestamp() FROM inbox earlier
       WHERE earlier.id = ANY($1) AND later.reaction = earlier.reaction AND later.key = earlier.key AND later.id > earlier.id
         AND later.status = 'waiting'`,
      [rows.map(({ id }) => id)],
    );
  }

  private async insert(reader: Reader, rows: readonly object[]): Promise<void> {
    await reader.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status, last_error, due_at)
       SELECT r.reaction, r.event_id, r.key, r.type, r.event, r.status, r.last_error,
              CASE WHEN EXISTS (SELECT 1 FROM inbox e WHERE e.reaction = r.reaction AND e.key = r.key AND e.status = 'dead_lettered') THEN 'infinity' ELSE clock_timestamp() END
       FROM jsonb_to_recordset($1::jsonb) AS r(reaction text, event_id uuid, key text, type text, event jsonb, status text, last_error text)
       ON CONFLICT (reaction, event_id) DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }
}
