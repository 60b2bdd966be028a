import { randomUUID } from 'node:crypto';
import { newId } from '@ciep/kernel';
import { currentContext } from '../context/request-context.js';
import type { Database, Tx } from '../database/database.js';
import { where, type Where } from '../database/where.js';
import type { counter } from '../metrics/registry.js';
import { fairDueSql, noTurnYet, type Turns } from './fair-turns.js';
import type { DueRow } from './jobs.js';

/** A table whose rows are sent out: mails, webhooks. It has the columns of `outboundColumns` and its own. */
export interface OutboundTable {
  readonly name: string;
  /** Status of a row that was sent; `<sent>_at` says when. */
  readonly sent: string;
  /** What an attempt reads: a select list over `q`, the row, and what `join` adds to it. */
  readonly columns: string;
  readonly join?: string;
  /** A row waits until this condition is true; where rows take turns, it is the same for all rows of a lane. */
  readonly ready?: string;
  /** How owners take turns. Without it the oldest row is next. */
  readonly turns?: Turns;
  /** Pauses before the second attempt, the third and so on, in milliseconds; the attempt after the last pause is the last. */
  readonly pauses: readonly number[];
  /** Lengthens each pause at random by up to this fraction, so that many rows do not come back at once. */
  readonly spread?: number;
  /** Counts attempts by outcome: the word for sent, `retry`, `exhausted`, `failed`, or a word of the attempt's own. */
  readonly attempts: ReturnType<typeof counter<'service' | 'outcome'>>;
}

/** A row that this process is sending. */
export interface OutboundRow extends DueRow {
  /** A worker that still finds this lease on the row owns it. */
  readonly lease: string;
  /** Attempts before this one. */
  readonly attempts: number;
  /** The owner whose turn it is. */
  readonly owner?: string;
}

/** The result of an attempt. */
export interface Attempt {
  readonly succeeded: boolean;
  /** Later attempts would fail too: the row fails at once. */
  readonly isFinal?: boolean;
  /** How long the receiver asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A word for the outcome of a final failure, instead of `failed`. */
  readonly outcome?: string;
  /** Changes of the table's own columns. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** What an attempt does to its row; `dueAt` is set for a retry. */
export interface Verdict {
  readonly status: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly dueAt?: Date;
}

/** Decides what an attempt does to its row; `chance` (0 to 1) picks a pause within the spread. */
export function verdictOf(table: OutboundTable, before: number, attempt: Attempt, now: Date, chance = Math.random()): Verdict {
  const attempts = before + 1;
  if (attempt.succeeded) return { status: table.sent, outcome: table.sent, attempts };
  if (attempt.isFinal === true) return { status: 'failed', outcome: attempt.outcome ?? 'failed', attempts };
  const pause = table.pauses[before];
  if (pause === undefined) return { status: 'failed', outcome: 'exhausted', attempts };
  const wait = Math.max(Math.round(pause * (1 + chance * (table.spread ?? 0))), attempt.retryAfterMs ?? 0);
  return { status: 'waiting', outcome: 'retry', attempts, dueAt: new Date(now.getTime() + wait) };
}

/**
 * Rows with an effect outside the database, which cannot share a transaction with it. A row is leased for a minute in a short
 * transaction, sent outside any transaction, and settled in a second one. If the process dies in between, the lease expires and
 * the effect happens again: at least once, never not at all. Leases use the database's clock, due dates the business clock.
 */
export class OutboundQueue<Row extends OutboundRow, Made extends Attempt = Attempt> {
  private lastOwner = noTurnYet;

  constructor(
    protected readonly database: Database,
    private readonly table: OutboundTable,
  ) {}

  /** Writes rows that are due now and skips those whose unique columns exist already; returns the ids of all. */
  protected async add(rows: readonly Readonly<Record<string, unknown>>[], tx: Tx): Promise<string[]> {
    if (rows.length === 0) return [];
    const common = { due_at: this.database.clock.now(), traceparent: currentContext()?.traceparent ?? null };
    const whole = rows.map(row => ({ id: newId(), ...common, ...row }));
    const columns = Object.keys(whole[0] ?? {}).join(', ');
    await tx.query(
      `INSERT INTO ${this.table.name} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${this.table.name}, $1::jsonb) ON CONFLICT DO NOTHING`,
      [JSON.stringify(whole)],
    );
    return whole.map(({ id }) => id);
  }

  /** Makes rows due now, with no attempts used; returns whether there were any. */
  protected async sendAgain(filter: Where, tx: Tx, set: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    return this.change(filter, tx, {
      ...set,
      status: 'waiting',
      attempts: 0,
      due_at: this.database.clock.now(),
      [`${this.table.sent}_at`]: null,
    });
  }

  /** Leases the next row that is due, in a transaction of its own; undefined when none is, or all places for those that are due are taken. */
  async lease(): Promise<Row | undefined> {
    const row = await this.database.transaction(tx => this.leaseIn(tx, this.database.clock.now()));
    this.lastOwner = row?.owner ?? this.lastOwner;
    return row;
  }

  private async leaseIn(tx: Tx, now: Date): Promise<Row | undefined> {
    const { name, columns, join = '', ready = 'true', turns } = this.table;
    const isFree = '(q.leased_until IS NULL OR q.leased_until <= clock_timestamp())';
    const oldest = `SELECT q.id FROM ${name} q ${join} WHERE q.status = 'waiting' AND q.due_at <= $1 AND ${isFree} AND ${ready}
                    ORDER BY q.due_at, q.id LIMIT 1 FOR UPDATE OF q SKIP LOCKED`;
    // One claim at a time: a claim has to see the leases of the one before, or an owner would get more than its places.
    if (turns) await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`turns of ${name}`]);
    const [row] = await tx.query<Row[]>(
      `WITH due AS (${turns ? fairDueSql(name, turns, join, ready) : oldest}),
            leased AS (UPDATE ${name} q SET lease = $2, leased_until = clock_timestamp() + interval '60 seconds' FROM due WHERE q.id = due.id RETURNING q.*)
       SELECT q.id, q.lease, q.attempts, q.traceparent, ${turns ? `q.${turns.owner} AS owner, ` : ''}${columns} FROM leased q ${join}`,
      [now, randomUUID(), ...(turns ? [this.lastOwner] : [])],
    );
    return row;
  }

  /** Records the result of an attempt, in a transaction of its own. */
  async settle(row: Row, attempt: Made): Promise<void> {
    const now = this.database.clock.now();
    const verdict = verdictOf(this.table, row.attempts, attempt, now);
    await this.database.transaction(tx => this.write(row, attempt, verdict, now, tx));
    this.table.attempts.inc({ service: this.database.service, outcome: verdict.outcome });
  }

  /** Settles the row if this worker still owns it. A subclass overrides it to write more in the same transaction. */
  protected async write({ id, lease }: Row, attempt: Made, { status, attempts, dueAt }: Verdict, now: Date, tx: Tx): Promise<boolean> {
    const { sent } = this.table;
    const set = { ...attempt.set, status, attempts, [`${sent}_at`]: status === sent ? now : null, ...(dueAt && { due_at: dueAt }) };
    return this.change(where().equal('id', id).equal('lease', lease), tx, { ...set, lease: null, leased_until: null });
  }

  private async change(filter: Where, tx: Tx, set: Readonly<Record<string, unknown>>): Promise<boolean> {
    const assignments = Object.keys(set).map((column, at) => `${column} = $${filter.values.length + at + 1}`);
    const [, count] = await tx.query<[unknown[], number]>(
      `UPDATE ${this.table.name} SET ${assignments.join(', ')}, version = version + 1, updated_at = now() ${filter.sql()}`,
      [...filter.values, ...Object.values(set)],
    );
    return count > 0;
  }
}
