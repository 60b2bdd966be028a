import { chineseDate } from '@ciep/kernel';
import { DueRows, Job, type Tx } from '@ciep/platform';
import { InvoiceRepository } from '../invoices/invoice.repository.js';

/** Publishes, once for each due date, that its days of grace are over; exhibition then releases the booth (docs/rules.md#grace). */
@Job()
export class EndGrace extends DueRows<{ id: string }> {
  override readonly everySeconds = 5;

  constructor(private readonly invoices: InvoiceRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<{ id: string } | undefined> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM invoices
       WHERE due_on + grace_days < $1 AND overdue_at IS NOT NULL AND grace_ended_at IS NULL AND status IN ('open', 'partly_paid') AND id <> ALL($2)
       ORDER BY due_on + grace_days LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [chineseDate(now), skip],
    );
    return rows[0];
  }

  async handle({ id }: { id: string }, tx: Tx, now: Date): Promise<void> {
    await this.invoices.in(tx).update(id, invoice => invoice.endGrace(now));
  }
}
