import { DomainError, NotFound } from '@ciep/kernel';
import { auditEntry } from '../audit/audit-entry.js';
import type { Database, Tx } from '../database/database.js';
import type { Where } from '../http/where.js';

/** The row is not parked (any more), or nobody here knows its type yet. */
export class NotParked extends DomainError {
  constructor(id: string) {
    super(
      'conflict',
      'parked_fact.not_parked',
      { zh: '此事件未被搁置，或本版本仍不认识其类型。', en: 'This fact is not parked, or no reaction knows its type yet.' },
      { id },
    );
  }
}

/** How many parked facts are put back to work in one transaction. */
export const mostAtOnce = 1_000;

/** How many facts of a table are parked, of those that are meant. */
export async function countParked(tx: Tx, table: 'inbox' | 'outbox', which: Where): Promise<number> {
  const [row] = await tx.query<{ parked: number }[]>(`SELECT count(*)::int AS parked FROM ${table} ${which.sql()}`, which.values);
  return row?.parked ?? 0;
}

/** Throws `parked_fact.not_found` when the table has no such row, else {@link NotParked}. */
export async function refuseUnparked(tx: Tx, table: 'inbox' | 'outbox', id: string): Promise<never> {
  const [row] = await tx.query<unknown[]>(`SELECT 1 FROM ${table} WHERE id = $1`, [id]);
  throw row === undefined ? new NotFound('parked_fact', id) : new NotParked(id);
}

/** Writes into the audit trail what was done with parked facts, in the same transaction. `where` says on which side they were parked. */
export async function auditParked(
  { clock }: Database,
  tx: Tx,
  where: 'inbox' | 'outbox',
  { eventIds, became, reason }: { eventIds: readonly string[]; became: 'waiting' | 'skipped'; reason?: string },
): Promise<void> {
  const changes = [
    { column: 'status', before: 'parked', after: became },
    ...(reason === undefined ? [] : [{ column: 'reason', before: null, after: reason }]),
  ];
  const entries = eventIds.map(aggregate_id => ({
    ...auditEntry(clock.now(), `parked_${where}_fact`, [], changes, []),
    aggregate_id,
    aggregate_version: 1,
  }));
  await tx.query(`INSERT INTO audit_entries SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, $1::jsonb)`, [
    JSON.stringify(entries),
  ]);
}
