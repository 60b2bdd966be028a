import { FileAnswer } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { InvoiceQueries, type InvoiceOwner } from './invoice.queries.js';
import type { InvoicesQuery } from './invoices.dto.js';

const columns = [
  'number',
  'reference',
  'status',
  'overdue',
  'dueOn',
  'boothNumber',
  'organisationId',
  'applicationId',
  'regionCode',
  'currency',
  'net',
  'tax',
  'gross',
  'paid',
  'outstanding',
  'credit',
];

/** The list as a table for spreadsheet programs: amounts in yuan, a byte order mark for Chinese, quoted cells of which none is run as a formula. */
@Injectable()
export class InvoiceExport {
  constructor(private readonly queries: InvoiceQueries) {}

  async of(query: InvoicesQuery, owner: InvoiceOwner): Promise<FileAnswer> {
    const rows = await this.queries.exported(query, owner);
    return new FileAnswer(
      'invoices.csv',
      'text/csv',
      stringify(rows, { header: true, columns, bom: true, quoted: true, escape_formulas: true }),
    );
  }
}
