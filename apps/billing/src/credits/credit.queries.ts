import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { CreditDto, type CreditsQuery, RefundDto, type RefundsQuery } from './credits.dto.js';

const refundColumns = select('r', RefundDto, {
  invoiceNumber: 'i.number',
  amount: `jsonb_build_object('amount', r.amount, 'currency', r.currency)`,
});
const refundsFrom = 'refunds r JOIN invoices i ON i.id = r.invoice_id';

@Injectable()
export class CreditQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  credits(query: CreditsQuery): Promise<Page<CreditDto>> {
    return this.lists.page<CreditDto, CreditsQuery>(
      {
        select: select('i', CreditDto, {
          cause: `coalesce(i.void_reason, 'overpaid')`,
          credit: `jsonb_build_object('amount', i.credit, 'currency', i.currency)`,
          since: 'i.credit_since',
        }),
        from: 'invoices i',
        where: where().add('i.credit > 0').any('i.organisation_id', query.organisationId).search(['i.number', 'i.reference'], query.q),
        sorts: { since: 'i.credit_since', credit: 'i.credit', number: 'i.number' },
        defaultSort: 'since',
        id: 'i.id',
      },
      query,
    );
  }

  refunds(query: RefundsQuery): Promise<Page<RefundDto>> {
    return this.lists.page<RefundDto, RefundsQuery>(
      {
        select: refundColumns,
        from: refundsFrom,
        where: where().any('r.invoice_id', query.invoiceId),
        sorts: { refundedOn: 'r.refunded_on', recordedAt: 'r.recorded_at' },
        defaultSort: '-refundedOn',
        id: 'r.id',
        updatedAt: 'r.updated_at',
      },
      query,
    );
  }

  async refund(id: string, reader: Reader = this.database): Promise<RefundDto> {
    const [row] = await reader.query<RefundDto[]>(`SELECT ${refundColumns} FROM ${refundsFrom} WHERE r.id = $1`, [id]);
    if (!row) throw new NotFound('refund', id);
    return row;
  }
}
