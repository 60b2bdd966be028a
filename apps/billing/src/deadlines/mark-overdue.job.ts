import { chineseDate } from '@ciep/kernel';
import { DueRows, Job, type Tx } from '@ciep/platform';
import { InvoiceRepository } from '../invoices/invoice.repository.js';

/** Marks an invoice overdue once per due date, from 00:00 +08:00 on the day after it (docs/rules.md#overdue). */
@Job()
export class MarkOverdue extends DueRows<{ id: string }> {
  override readonly everySeconds = 5;

  constructor(private readonly invoices: InvoiceRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<{ id: string } | undefined> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM invoices
       WHERE due_on < $1 AND overdue_at IS NULL AND status IN ('open', 'partly_paid') AND id <> ALL($2)
       ORDER BY due_on LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [chineseDate(now), skip],
    );
    return rows[0];
  }

  async handle({ id }: { id: string }, tx: Tx, now: Date): Promise<void> {
    await this.invoices.in(tx).update(id, invoice => invoice.becomeOverdue(now));
  }
}
