import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { isReference } from '../invoices/reference.rules.js';
import type { PaymentDto, PaymentsQuery, ReferenceHint } from './payments.dto.js';

type Row = Omit<PaymentDto, 'referenceHint'>;

const columns = `p.id, p.version, p.account, p.statement_number AS "statementNumber", p.received_on AS "receivedOn",
  jsonb_build_object('amount', p.amount, 'currency', p.currency) AS amount, p.reference, p.payer, p.invoice_id AS "invoiceId", i.number AS "invoiceNumber",
  p.recorded_at AS "recordedAt", p.assigned_at AS "assignedAt", p.updated_at AS "updatedAt"`;
const from = 'payments p LEFT JOIN invoices i ON i.id = p.invoice_id';

const hinted = (row: Row): PaymentDto => ({ ...row, referenceHint: row.invoiceId === null ? hintAt(row.reference) : null });

function hintAt(reference: string | null): ReferenceHint {
  if (reference === null) return 'missing';
  return isReference(reference) ? 'unknown' : 'mistyped';
}

@Injectable()
export class PaymentQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  async list(query: PaymentsQuery): Promise<Page<PaymentDto>> {
    const page = await this.lists.page<Row>(
      {
        select: columns,
        from,
        where: where()
          .add('(p.invoice_id IS NOT NULL) = ?', query.assigned)
          .any('p.invoice_id', query.invoiceId)
          .add('p.received_on >= ?', query.receivedFrom)
          .add('p.received_on <= ?', query.receivedTo)
          .search(['p.statement_number', 'p.reference', 'p.payer'], query.q),
        sorts: { receivedOn: 'p.received_on', amount: 'p.amount', recordedAt: 'p.recorded_at', updatedAt: 'p.updated_at' },
        defaultSort: '-receivedOn',
        id: 'p.id',
        updatedAt: 'p.updated_at',
      },
      query,
    );
    return { ...page, items: page.items.map(hinted) };
  }

  async one(id: string, reader: Reader = this.database): Promise<PaymentDto> {
    const [row] = await reader.query<Row[]>(`SELECT ${columns} FROM ${from} WHERE p.id = $1`, [id]);
    if (!row) throw new NotFound('payment', id);
    return hinted(row);
  }
}
