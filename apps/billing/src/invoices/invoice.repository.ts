import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Invoice } from './invoice.entity.js';
import { InvoiceNotOpenedYet } from './invoice.errors.js';

/** The invoice data that an event about an application needs before it changes the invoice. The rows are locked. */
export type InvoiceInBrief = Pick<Invoice, 'id' | 'status' | 'applicationVersion' | 'allocationId'>;

@Injectable()
export class InvoiceRepository extends AggregateRepository<Invoice> {
  constructor(database: Database) {
    super(database, Invoice);
  }

  /** The invoices of an application, newest first, locked in a fixed order. */
  async ofApplication(tx: Tx, applicationId: string): Promise<InvoiceInBrief[]> {
    return await tx.query<InvoiceInBrief[]>(
      `SELECT id, status, application_version AS "applicationVersion", allocation_id AS "allocationId"
       FROM invoices WHERE application_id = $1 ORDER BY id DESC FOR NO KEY UPDATE`,
      [applicationId],
    );
  }

  /** The newest invoice based on an older event of the application than this one. Throws {@link InvoiceNotOpenedYet}. */
  async openedBefore(tx: Tx, applicationId: string, version: number): Promise<InvoiceInBrief> {
    const invoice = (await this.ofApplication(tx, applicationId)).find(({ applicationVersion }) => applicationVersion < version);
    if (!invoice) throw new InvoiceNotOpenedYet(applicationId);
    return invoice;
  }

  /** The id of the invoice with a normalised payment reference. */
  async byReference(tx: Tx, reference: string): Promise<string | undefined> {
    const rows = await tx.query<{ id: string }[]>(`SELECT id FROM invoices WHERE reference = $1`, [reference]);
    return rows[0]?.id;
  }

  /**
   * The next number of a year's series, without gaps: the row stays locked until the invoice is committed, and a rollback returns the
   * number (docs/rules.md#invoice-number).
   */
  async nextNumber(tx: Tx, year: number): Promise<number> {
    const [row] = await tx.query<{ last: number }[]>(
      `INSERT INTO invoice_series AS series (year, last) VALUES ($1, 1)
       ON CONFLICT (year) DO UPDATE SET last = series.last + 1 RETURNING last`,
      [year],
    );
    if (!row) throw new Error(`the series of ${year} gave no number`);
    return row.last;
  }
}
