import { DomainError, NotFound } from '@ciep/kernel';
import { auditEntry } from '../audit/audit-entry.js';
import type { Database, Tx } from '../database/database.js';

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

/** Throws `parked_fact.not_found` when the table has no such row, else {@link NotParked}. */
export async function refuseUnparked(tx: Tx, table: 'inbox' | 'outbox', id: string): Promise<never> {
  const [row] = await tx.query<unknown[]>(`SELECT 1 FROM ${table} WHERE id = $1`, [id]);
  throw row === undefined ? new NotFound('parked_fact', id) : new NotParked(id);
}

/** Writes into the audit trail what was done with a parked fact, in the same transaction. `where` says on which side it was parked. */
export async function auditParked(
  { clock }: Database,
  tx: Tx,
  where: 'inbox' | 'outbox',
  { eventId, became, reason }: { eventId: string; became: 'waiting' | 'skipped'; reason?: string },
): Promise<void> {
  const changes = [
    { column: 'status', before: 'parked', after: became },
    ...(reason === undefined ? [] : [{ column: 'reason', before: null, after: reason }]),
  ];
  await tx.query(`INSERT INTO audit_entries SELECT * FROM jsonb_populate_record(NULL::audit_entries, $1::jsonb)`, [
    JSON.stringify({ ...auditEntry(clock.now(), `parked_${where}_fact`, [], changes, []), aggregate_id: eventId, aggregate_version: 1 }),
  ]);
}
