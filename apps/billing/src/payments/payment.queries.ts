import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type ListDefinition, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { referencesIn } from '../invoices/reference.rules.js';
import { PaymentDto, type PaymentsQuery, type ReferenceHint } from './payments.dto.js';

type Row = Omit<PaymentDto, 'referenceHint'>;

const columns = select('p', PaymentDto, {
  amount: `jsonb_build_object('amount', p.amount, 'currency', p.currency)`,
  invoiceNumber: 'i.number',
  referenceHint: null,
});
const from = 'payments p LEFT JOIN invoices i ON i.id = p.invoice_id';

const hinted = (row: Row): PaymentDto => ({ ...row, referenceHint: row.invoiceId === null ? hintAt(row.reference) : null });

function hintAt(reference: string | null): ReferenceHint {
  if (reference === null) return 'missing';
  const { length } = referencesIn(reference);
  return length === 0 ? 'mistyped' : length === 1 ? 'unknown' : 'several';
}

@Injectable()
export class PaymentQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  async list(query: PaymentsQuery): Promise<Page<PaymentDto>> {
    const page = await this.lists.page<Row>(listOf(query), query);
    return { ...page, items: page.items.map(hinted) };
  }

  /** All that fit, page by page. */
  async *all(query: PaymentsQuery): AsyncGenerator<PaymentDto[]> {
    for await (const rows of this.lists.all<Row>(listOf(query), query)) yield rows.map(hinted);
  }

  async one(id: string, reader: Reader = this.database): Promise<PaymentDto> {
    const [row] = await reader.query<Row[]>(`SELECT ${columns} FROM ${from} WHERE p.id = $1`, [id]);
    if (!row) throw new NotFound('payment', id);
    return hinted(row);
  }
}

const listOf = (query: PaymentsQuery): ListDefinition => ({
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
});
