import { chineseDate } from '@ciep/kernel';
import { DueRows, Job, type Tx } from '@ciep/platform';
import { InvoiceRepository } from '../invoices/invoice.repository.js';

/** Publishes one reminder, three days before the due day, if money is outstanding (docs/rules.md#payment-reminder). */
@Job()
export class RemindBeforeDue extends DueRows<{ id: string }> {
  override readonly everySeconds = 5;

  constructor(private readonly invoices: InvoiceRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<{ id: string } | undefined> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM invoices
       WHERE remind_on <= $1 AND due_on >= $1 AND status IN ('open', 'partly_paid') AND id <> ALL($2)
       ORDER BY remind_on LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [chineseDate(now), skip],
    );
    return rows[0];
  }

  async handle({ id }: { id: string }, tx: Tx): Promise<void> {
    await this.invoices.in(tx).update(id, invoice => invoice.remind());
  }
}
