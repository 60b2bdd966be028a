import type { Tx } from '../database/database.js';
import { DueRows, Job } from '../jobs/jobs.js';
import { RetentionRules, type RetentionRule } from './retention-rules.js';

const batchSize = 5_000;
const retentionLock = 7_318_004;

/** A table with expired rows. */
interface Table {
  readonly id: string;
  readonly rule: RetentionRule;
}

const isExpired = ({ since, where = 'true' }: RetentionRule): string => `${where} AND ${since} < now() - $1::interval`;

/**
 * Deletes expired rows, a batch per transaction, so that it holds no lock for long and does not disturb the service. One instance runs
 * at a time, on the database's clock. New rows reuse the space.
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
      const [found] = await tx.query<unknown[]>(`SELECT 1 FROM ${rule.table} WHERE ${isExpired(rule)} LIMIT 1`, [rule.keep]);
      if (found !== undefined) return { id: rule.table, rule };
    }
    return undefined;
  }

  override async handle({ rule }: Table, tx: Tx): Promise<void> {
    // Checked again, because the row may have changed after the inner SELECT.
    await tx.query(
      `DELETE FROM ${rule.table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${rule.table} WHERE ${isExpired(rule)} LIMIT ${batchSize})) AND ${isExpired(rule)}`,
      [rule.keep],
    );
  }
}
