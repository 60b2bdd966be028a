import type { Fact } from '@ciep/kernel';
import { Database, type Tx } from '../database/database.js';
import { outboxRows } from './outbox.js';

/**
 * Tells a fact about something that is no aggregate, in the open transaction. `subject` is the uuid that stands for it: facts of
 * one subject keep their order, and there is one fact of a kind about it. What is an aggregate records its facts itself.
 */
export async function tell(database: Database, tx: Tx, subject: string, fact: Fact): Promise<void> {
  for (const { event, ...row } of outboxRows(database.service, [fact], database.clock.now())) {
    await tx.query(
      `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
       VALUES ($1, $2, $3::uuid::text, $4, $3, 1, $5, $6, $7)`,
      [row.event_id, row.topic, subject, row.aggregate_type, row.seq, row.type, { ...event, subject, aggregateversion: 1 }],
    );
  }
  Database.markTold(tx);
}
