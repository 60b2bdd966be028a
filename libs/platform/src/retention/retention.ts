import type { Tx } from '../database/database.js';
import { DueRows, Job } from '../jobs/due-rows.js';
import { RetentionRules, type RetentionRule } from './retention-rules.js';

const batchSize = 5_000;
const retentionLock = 7_318_004;

/** A table with rows that may go. */
interface Table {
  readonly id: string;
  readonly rule: RetentionRule;
}

const mayGo = ({ since, where = 'true' }: RetentionRule): string => `${where} AND ${since} < now() - $1::interval`;

/**
 * Deletes what has been kept long enough, a batch in a transaction, so that no lock is held for long and the service goes on
 * meanwhile. One instance does it at a time, on the database's clock. The freed space is used again by new rows.
 */
@Job()
export class Retention extends DueRows<Table> {
  override readonly everySeconds = 60;

  constructor(private readonly rules: RetentionRules) {
    super();
  }

  override async claim(tx: Tx, _now: Date, skip: readonly string[]): Promise<Table | undefined> {
    const [lock] = await tx.query<{ mine: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS mine', [retentionLock]);
    if (!lock?.mine) return undefined;
    for (const rule of this.rules.all.filter(({ table }) => !skip.includes(table))) {
      const [found] = await tx.query<unknown[]>(`SELECT 1 FROM ${rule.table} WHERE ${mayGo(rule)} LIMIT 1`, [rule.keep]);
      if (found !== undefined) return { id: rule.table, rule };
    }
    return undefined;
  }

  override async handle({ rule }: Table, tx: Tx): Promise<void> {
    // Asked twice: between finding a row and deleting it, somebody may have prolonged its life.
    await tx.query(
      `DELETE FROM ${rule.table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${rule.table} WHERE ${mayGo(rule)} LIMIT ${batchSize})) AND ${mayGo(rule)}`,
      [rule.keep],
    );
  }
}
