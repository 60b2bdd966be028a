import type { ThingAnswer } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type ListDefinition, type Page, type Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { InvoiceOwner } from './invoice-owner.service.js';
import { type InvoiceCountsDto, type InvoiceDetailsDto, InvoiceDto, type InvoiceFilterQuery, type InvoicesQuery } from './invoices.dto.js';

const money = (sql: string): string => `jsonb_build_object('amount', ${sql}, 'currency', i.currency)`;
const isUnpaid = `i.status IN ('open', 'partly_paid')`;
const isOverdue = `(i.overdue_at IS NOT NULL AND ${isUnpaid})`;
const held = '(i.received - i.refunded)';
const outstanding = `CASE WHEN ${isUnpaid} THEN i.gross - ${held} ELSE 0 END`;
const overpaid = `CASE WHEN i.status = 'paid' THEN ${held} - i.gross ELSE 0 END`;
const paidOn = `CASE WHEN i.status = 'paid' THEN i.paid_on END`;

const lines = `
  (SELECT jsonb_agg(jsonb_build_object('text', line->'text', 'unit', line->'unit', 'unitPrice', ${money(`line->'unitAmount'`)}, 'areaDm2', line->'areaDm2',
     'net', ${money(`line->'net'`)}, 'tax', ${money(`line->'tax'`)}, 'gross', ${money(`line->'gross'`)}) ORDER BY place)
   FROM jsonb_array_elements(i.lines) WITH ORDINALITY AS l(line, place))`;

const from = 'invoices i LEFT JOIN known_organisations o ON o.id = i.organisation_id';

const columns = select('i', InvoiceDto, {
  organisationName: 'o.name',
  creditCode: 'o.credit_code',
  registerNumber: 'o.register_number',
  overdue: isOverdue,
  graceEndsOn: 'i.due_on + i.grace_days',
  paidOn,
  paidInTime: `${paidOn} <= i.due_on`,
  lines,
  net: money('i.net'),
  tax: money('i.tax'),
  gross: money('i.gross'),
  paid: money(held),
  outstanding: money(outstanding),
  overpaid: money(overpaid),
  credit: money('i.credit'),
});

const transfers = `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'receivedOn', p.received_on, 'amount', ${money('p.amount')}) ORDER BY p.received_on, p.id), '[]')
   FROM payments p WHERE p.invoice_id = i.id) AS payments,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'refundedOn', r.refunded_on, 'amount', ${money('r.amount')}) ORDER BY r.refunded_on, r.id), '[]')
   FROM refunds r WHERE r.invoice_id = i.id) AS refunds`;

const fitting = (query: InvoiceFilterQuery, owner: InvoiceOwner): Where =>
  where()
    .equal('i.organisation_id', owner)
    .any('i.status', query.status)
    .add(`${isOverdue} = ?`, query.overdue)
    .add('(i.credit > 0) = ?', query.hasCredit)
    .any('i.edition_id', query.editionId)
    .any('i.application_id', query.applicationId)
    .any('i.organisation_id', query.organisationId)
    .any('i.region_code', query.regionCode)
    .add('i.due_on >= ?', query.dueFrom)
    .add('i.due_on <= ?', query.dueTo)
    .search(['i.number', 'i.reference', 'i.booth_number'], query.q);

@Injectable()
export class InvoiceQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(query: InvoicesQuery, owner: InvoiceOwner): Promise<Page<InvoiceDto>> {
    return this.lists.page<InvoiceDto>(listOf(query, owner), query);
  }

  /** All that fit, by number unless another order is asked for. */
  all(query: InvoicesQuery, owner: InvoiceOwner): AsyncGenerator<InvoiceDto[]> {
    return this.lists.all<InvoiceDto>(listOf(query, owner), { ...query, sort: query.sort ?? 'number' });
  }

  async one(id: string, owner: InvoiceOwner): Promise<InvoiceDetailsDto> {
    const visible = where().equal('i.id', id).equal('i.organisation_id', owner);
    const [row] = await this.database.query<InvoiceDetailsDto[]>(
      `SELECT ${columns}, ${transfers} FROM ${from} ${visible.sql()}`,
      visible.values,
    );
    if (!row) throw new NotFound('invoice', id);
    return row;
  }

  /** Readable names, for other services. */
  async labelOf(id: string): Promise<ThingAnswer<'invoice'> | undefined> {
    const [row] = await this.database.query<ThingAnswer<'invoice'>[]>('SELECT number, reference FROM invoices WHERE id = $1', [id]);
    return row;
  }

  async counts(query: InvoiceFilterQuery, owner: InvoiceOwner): Promise<InvoiceCountsDto> {
    const wanted = fitting(query, owner);
    const [row] = await this.database.query<[InvoiceCountsDto]>(
      `SELECT count(*)::int AS total, count(*) FILTER (WHERE i.status = 'open')::int AS open,
              count(*) FILTER (WHERE i.status = 'partly_paid')::int AS "partlyPaid", count(*) FILTER (WHERE i.status = 'paid')::int AS paid,
              count(*) FILTER (WHERE i.status = 'void')::int AS void, count(*) FILTER (WHERE ${isOverdue})::int AS overdue
       FROM invoices i ${wanted.sql()}`,
      wanted.values,
    );
    return row;
  }
}

const listOf = (query: InvoicesQuery, owner: InvoiceOwner): ListDefinition => ({
  select: columns,
  from,
  where: fitting(query, owner),
  sorts: { number: 'i.number', dueOn: 'i.due_on', gross: 'i.gross', openedAt: 'i.opened_at', updatedAt: 'i.updated_at' },
  defaultSort: '-number',
  id: 'i.id',
  updatedAt: 'i.updated_at',
});
