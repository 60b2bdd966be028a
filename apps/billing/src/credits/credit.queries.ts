import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { CreditDto, CreditsQuery, RefundDto, RefundsQuery } from './credits.dto.js';

const refundColumns = `r.id, r.version, r.invoice_id AS "invoiceId", i.number AS "invoiceNumber", r.account, r.statement_number AS "statementNumber",
  r.refunded_on AS "refundedOn", jsonb_build_object('amount', r.amount, 'currency', r.currency) AS amount, r.recorded_at AS "recordedAt"`;
const refundsFrom = 'refunds r JOIN invoices i ON i.id = r.invoice_id';

@Injectable()
export class CreditQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  credits(query: CreditsQuery): Promise<Page<CreditDto>> {
    return this.lists.page<CreditDto>(
      {
        select: `i.id, i.number, i.reference, i.organisation_id AS "organisationId", i.application_id AS "applicationId",
                 coalesce(i.void_reason, 'overpaid') AS cause, jsonb_build_object('amount', i.credit, 'currency', i.currency) AS credit, i.credit_since AS since`,
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
    return this.lists.page<RefundDto>(
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
