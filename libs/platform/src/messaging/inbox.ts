import { factTypes } from '@ciep/contracts';
import { faultPoint } from '../faults/fault-point.js';
import type { Database, Reader, Tx } from '../database/database.js';
import type { Where } from '../http/where.js';
import { observeReceive } from './fact-observer.js';
import type { CloudEvent, Message } from './message-bus.js';

/** The reaction name under which a fact of unknown type waits, parked, for a version of the service that knows it. */
export const unknownReaction = '?';

/** A fact waiting for one reaction. */
export interface InboxRow {
  readonly id: string;
  readonly reaction: string;
  readonly key: string;
  readonly event: CloudEvent;
  readonly tries: number;
}

/** Reads what is due by its index alone, whatever the statistics of the moment say. */
export const dueSql = `SELECT id, reaction, key, event, tries FROM inbox WHERE status = 'waiting' AND due_at <= now() ORDER BY due_at, id LIMIT $1`;

const triesBeforeParking = 8;

/** The facts a service has received, one row for each reaction to each; the base of effects that happen exactly once. */
export class Inbox {
  private readonly reactionsOf = new Map<string, string[]>();

  constructor(
    private readonly database: Database,
    private readonly onStored: () => void,
  ) {}

  /** Registers a reaction to a type of fact. */
  register(type: string, reaction: string): void {
    const reactions = this.reactionsOf.get(type) ?? [];
    if (reactions.includes(reaction)) throw new Error(`${reaction} reacts to ${type} twice`);
    this.reactionsOf.set(type, [...reactions, reaction]);
  }

  /** The topics that hold the facts some reaction waits for. */
  topics(): string[] {
    return [...new Set([...this.reactionsOf.keys()].map(type => factTypes.get(type)?.topic ?? ''))].filter(topic => topic !== '').sort();
  }

  /** Stores a batch, each fact once for each reaction to it; commits before it resolves. A type nobody knows is parked. */
  async store(messages: readonly Message[]): Promise<void> {
    const rows = messages.flatMap(({ id, key, event }) =>
      this.reactionsTo(event.type).map(reaction => ({
        reaction,
        event_id: id,
        key,
        type: event.type,
        event,
        status: reaction === unknownReaction ? 'parked' : 'waiting',
        last_error: reaction === unknownReaction ? 'no version of this service knows this type of fact' : null,
      })),
    );
    if (rows.length === 0) return;
    await observeReceive(this.database.service, messages, () => this.insert(this.database, rows));
    faultPoint('inbox.afterStore');
    this.onStored();
  }

  /** What is due now, oldest first. */
  due(limit: number): Promise<InboxRow[]> {
    return this.database.query<InboxRow[]>(dueSql, [limit]);
  }

  /** Takes the row and marks it done, both undone if the transaction is; false when another worker has it or an earlier row of its key waits. */
  async claim(tx: Tx, row: InboxRow): Promise<boolean> {
    // Nothing joined and nothing to choose from: it is planned for every fact, and planning costs more than running.
    const claimed = await tx.query<[unknown[], number]>(
      `UPDATE inbox SET status = 'done', processed_at = clock_timestamp(), tries = tries + 1
       WHERE id = (SELECT id FROM inbox WHERE id = $1 AND status = 'waiting' FOR UPDATE SKIP LOCKED) AND NOT EXISTS (
         SELECT 1 FROM inbox WHERE reaction = $2 AND key = $3 AND id < $1 AND status IN ('waiting', 'parked'))`,
      [row.id, row.reaction, row.key],
    );
    return claimed[1] > 0;
  }

  /** Notes a failure: due again later, or parked after 8 tries or at once; the later rows of its key wait behind it. */
  async failed(row: InboxRow, error: unknown, hopeless: boolean): Promise<'waiting' | 'parked'> {
    const tries = row.tries + 1;
    const status = hopeless || tries >= triesBeforeParking ? 'parked' : 'waiting';
    const delay = 1_000 * 2 ** (tries - 1) * (0.9 + Math.random() * 0.2);
    await this.database.query(
      `WITH head AS (UPDATE inbox SET tries = $2, last_error = $3, status = $4, due_at = clock_timestamp() + $5 * interval '1 ms'
                     WHERE id = $1 AND status = 'waiting' RETURNING id, reaction, key, status, due_at)
       UPDATE inbox f SET due_at = CASE head.status WHEN 'parked' THEN 'infinity' ELSE head.due_at END FROM head
       WHERE f.reaction = head.reaction AND f.key = head.key AND f.id > head.id AND f.status = 'waiting'`,
      [row.id, tries, String(error instanceof Error ? error.message : error).slice(0, 2_000), status, delay],
    );
    return status;
  }

  /** Moves a row that could not be claimed behind the one that blocks it. */
  async stepBack(row: InboxRow): Promise<void> {
    await this.database.query(
      `UPDATE inbox i SET due_at = b.due_at FROM (
         SELECT CASE WHEN bool_or(status = 'parked') THEN 'infinity' ELSE greatest(max(due_at), clock_timestamp() + interval '100 ms') END AS due_at
         FROM inbox WHERE reaction = $2 AND key = $3 AND id < $1 AND status IN ('waiting', 'parked') HAVING count(*) > 0) b
       WHERE i.id = $1 AND i.status = 'waiting'`,
      [row.id, row.reaction, row.key],
    );
  }

  /**
   * Puts parked rows back to work, the oldest first; one of unknown type is handed to the reactions that exist now, and stays where it is
   * if there is none. `which` says of which columns what value; at most `limit`. Answers the ids of the facts.
   */
  async replay(tx: Tx, which: Where, limit: number): Promise<string[]> {
    const chosen = which
      .copy()
      .add(`status = 'parked'`)
      .add('(reaction <> ? OR type = ANY(?))', unknownReaction, [...this.reactionsOf.keys()]);
    const parked = await tx.query<(InboxRow & { type: string; event_id: string })[]>(
      `SELECT id, reaction, key, type, event_id, CASE WHEN reaction = '${unknownReaction}' THEN event END AS event
       FROM inbox ${chosen.sql()} ORDER BY id LIMIT $${chosen.values.length + 1} FOR UPDATE`,
      [...chosen.values, limit],
    );
    const [unknown, known] = [
      parked.filter(row => row.reaction === unknownReaction),
      parked.filter(row => row.reaction !== unknownReaction),
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
    return parked.map(({ event_id }) => event_id);
  }

  /** Gives a parked row up, with the reason why; what waited behind it goes on. Answers the fact's id, if it could. */
  async skip(tx: Tx, id: string, reason: string): Promise<string | undefined> {
    const [[skipped]] = await tx.query<[(InboxRow & { event_id: string })[], number]>(
      `UPDATE inbox SET status = 'skipped', skipped_reason = $2, processed_at = clock_timestamp() WHERE id = $1 AND status = 'parked' RETURNING id, reaction, key, event_id`,
      [id, reason],
    );
    if (skipped) await this.unblock(tx, [skipped]);
    return skipped?.event_id;
  }

  private reactionsTo(type: string): string[] {
    return this.reactionsOf.get(type) ?? (factTypes.has(type) ? [] : [unknownReaction]);
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
              CASE WHEN EXISTS (SELECT 1 FROM inbox e WHERE e.reaction = r.reaction AND e.key = r.key AND e.status = 'parked') THEN 'infinity' ELSE clock_timestamp() END
       FROM jsonb_to_recordset($1::jsonb) AS r(reaction text, event_id uuid, key text, type text, event jsonb, status text, last_error text)
       ON CONFLICT (reaction, event_id) DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }
}
