import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { StatementLineDto, type StatementLinesQuery } from './statements.dto.js';

const columns = select('l', StatementLineDto, {
  amount: `jsonb_build_object('amount', l.amount, 'currency', l.currency)`,
  invoiceNumber: 'i.number',
  candidates: `(SELECT coalesce(jsonb_agg(jsonb_build_object('invoiceId', c.id, 'invoiceNumber', c.number, 'boothNumber', c.booth_number) ORDER BY c.number), '[]')
    FROM invoices c WHERE c.id IN (SELECT value::uuid FROM jsonb_array_elements_text(l.candidate_ids)))`,
});
const from = 'statement_lines l LEFT JOIN invoices i ON i.id = l.invoice_id';

@Injectable()
export class StatementLineQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(query: StatementLinesQuery): Promise<Page<StatementLineDto>> {
    return this.lists.page<StatementLineDto, StatementLinesQuery>(
      {
        select: columns,
        from,
        where: where().any('l.job_id', query.jobId).any('l.match', query.match).any('l.status', query.status),
        sorts: { receivedOn: 'l.received_on', updatedAt: 'l.updated_at' },
        defaultSort: '-receivedOn',
        id: 'l.id',
        updatedAt: 'l.updated_at',
      },
      query,
    );
  }

  /** Throws `NotFound`. */
  async one(id: string, reader: Reader = this.database): Promise<StatementLineDto> {
    const [row] = await this.some([id], reader);
    if (!row) throw new NotFound('statement_line', id);
    return row;
  }

  /** The lines with these ids that exist, in this order. */
  some(ids: readonly string[], reader: Reader): Promise<StatementLineDto[]> {
    return reader.query<StatementLineDto[]>(`SELECT ${columns} FROM ${from} WHERE l.id = ANY($1) ORDER BY array_position($1, l.id)`, [ids]);
  }
}
