import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { InvoiceCountsDto, InvoiceDetailsDto, InvoiceDto, InvoicesQuery } from './invoices.dto.js';

const money = (sql: string): string => `jsonb_build_object('amount', ${sql}, 'currency', i.currency)`;
const isUnpaid = `i.status IN ('open', 'partly_paid')`;
const isOverdue = `(i.overdue_at IS NOT NULL AND ${isUnpaid})`;
const held = '(i.received - i.refunded)';
const outstanding = `CASE WHEN ${isUnpaid} THEN i.gross - ${held} ELSE 0 END`;
const overpaid = `CASE WHEN i.status = 'paid' THEN ${held} - i.gross ELSE 0 END`;
const yuan = (sql: string): string => `to_char((${sql}) / 100.0, 'FM9999999999990.00')`;

const columns = `
  i.id, i.version, i.number, i.reference, i.edition_id AS "editionId", i.application_id AS "applicationId", i.organisation_id AS "organisationId",
  i.region_code AS "regionCode", i.booth_id AS "boothId", i.booth_number AS "boothNumber", i.status, ${isOverdue} AS overdue, i.due_on AS "dueOn",
  i.tax_basis_points AS "taxBasisPoints",
  (SELECT jsonb_agg(jsonb_build_object('text', line->'text', 'unit', line->'unit', 'unitPrice', ${money(`line->'unitAmount'`)}, 'areaDm2', line->'areaDm2',
     'net', ${money(`line->'net'`)}, 'tax', ${money(`line->'tax'`)}, 'gross', ${money(`line->'gross'`)}) ORDER BY place)
   FROM jsonb_array_elements(i.lines) WITH ORDINALITY AS l(line, place)) AS lines,
  ${money('i.net')} AS net, ${money('i.tax')} AS tax, ${money('i.gross')} AS gross, ${money(held)} AS paid, ${money(outstanding)} AS outstanding,
  ${money(overpaid)} AS overpaid, ${money('i.credit')} AS credit,
  i.opened_at AS "openedAt", i.paid_at AS "paidAt", i.overdue_at AS "overdueAt", i.voided_at AS "voidedAt", i.void_reason AS "voidReason",
  i.updated_at AS "updatedAt"`;

const transfers = `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'receivedOn', p.received_on, 'amount', ${money('p.amount')}) ORDER BY p.received_on, p.id), '[]')
   FROM payments p WHERE p.invoice_id = i.id) AS payments,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'refundedOn', r.refunded_on, 'amount', ${money('r.amount')}) ORDER BY r.refunded_on, r.id), '[]')
   FROM refunds r WHERE r.invoice_id = i.id) AS refunds`;

/** The organisation whose invoices the caller may see; undefined for all. */
export type InvoiceOwner = string | undefined;

/** One row of the export; amounts in yuan with two decimals. */
export type InvoiceExportRow = Readonly<Record<string, string | null>>;

const fitting = (query: InvoicesQuery, owner: InvoiceOwner): Where =>
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
    return this.lists.page<InvoiceDto>(
      {
        select: columns,
        from: 'invoices i',
        where: fitting(query, owner),
        sorts: { number: 'i.number', dueOn: 'i.due_on', gross: 'i.gross', openedAt: 'i.opened_at', updatedAt: 'i.updated_at' },
        defaultSort: '-number',
        id: 'i.id',
        updatedAt: 'i.updated_at',
      },
      query,
    );
  }

  async one(id: string, owner: InvoiceOwner): Promise<InvoiceDetailsDto> {
    const visible = where().equal('i.id', id).equal('i.organisation_id', owner);
    const [row] = await this.database.query<InvoiceDetailsDto[]>(
      `SELECT ${columns}, ${transfers} FROM invoices i ${visible.sql()}`,
      visible.values,
    );
    if (!row) throw new NotFound('invoice', id);
    return row;
  }

  async counts(query: InvoicesQuery, owner: InvoiceOwner): Promise<InvoiceCountsDto> {
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

  exported(query: InvoicesQuery, owner: InvoiceOwner): Promise<InvoiceExportRow[]> {
    const wanted = fitting(query, owner);
    return this.database.query<InvoiceExportRow[]>(
      `SELECT i.number, i.reference, i.status, ${isOverdue}::text AS overdue, i.due_on::text AS "dueOn", i.booth_number AS "boothNumber",
              i.organisation_id AS "organisationId", i.application_id AS "applicationId", i.region_code AS "regionCode", i.currency,
              ${yuan('i.net')} AS net, ${yuan('i.tax')} AS tax, ${yuan('i.gross')} AS gross, ${yuan(held)} AS paid, ${yuan(outstanding)} AS outstanding,
              ${yuan('i.credit')} AS credit
       FROM invoices i ${wanted.sql()} ORDER BY i.number`,
      wanted.values,
    );
  }
}
