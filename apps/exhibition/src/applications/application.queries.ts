import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Principal, type Reader, type Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { allowedActions, ApplicationAccess, narrow, type Access } from './application-access.service.js';
import type {
  ApplicationCountsDto,
  ApplicationDto,
  ApplicationFilterQuery,
  ApplicationListQuery,
  ApplicationSummaryDto,
  StatusCountsDto,
} from './application.dto.js';
import { applicationStatuses, type ApplicationStatus } from './application.rules.js';

const from = 'applications a JOIN nodes n ON n.id = a.board_id';

const summary = `a.id, a.version, a.number, a.edition_id AS "editionId", a.organisation_id AS "organisationId", a.board_id AS "boardId",
  n.code AS "boardCode", n.name AS "boardName", a.status, a.area_type AS "areaType", a.region_code AS "regionCode", a.exhibitor_kind AS "exhibitorKind",
  CASE WHEN a.fascia_zh IS NOT NULL THEN jsonb_build_object('zh', a.fascia_zh, 'en', a.fascia_en) END AS "fasciaName",
  a.external_ref AS "externalRef", a.endorsement, a.is_late AS "isLate", a.submitted_at AS "submittedAt",
  CASE WHEN a.status IN ('approved', 'confirmed') THEN a.booth ->> 'boothNumber' END AS "boothNumber", a.pay_by AS "payBy",
  a.paid_invoice_id IS NOT NULL AS "isPaid", a.seal_verified_at IS NOT NULL AS "isSealVerified", a.created_at AS "createdAt", a.updated_at AS "updatedAt"`;

const detail = `${summary}, a.exhibits, a.contact, a.wished_booth_type AS "wishedBoothType", a.wished_area_dm2 AS "wishedAreaDm2", a.correct_by AS "correctBy",
  a.corrections, a.rejection_reason AS "rejectionReason", a.release_reason AS "releaseReason", a.release_note AS "releaseNote", a.booth, a.timeline`;

type Row = Omit<ApplicationDto, 'allowedActions'>;

@Injectable()
export class ApplicationQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
    private readonly access: ApplicationAccess,
  ) {}

  /** One application as the caller may see it. Throws `NotFound`, also for what is not the caller's share. */
  async one(id: string, principal: Principal, reader: Reader = this.database): Promise<ApplicationDto> {
    const { side, scope } = await this.access.of(principal, reader);
    const conditions = narrow(where().equal('a.id', id), scope);
    const [row] = await reader.query<Row[]>(`SELECT ${detail} FROM ${from} ${conditions.sql()}`, conditions.values);
    if (!row) throw new NotFound('application', id);
    return { ...row, allowedActions: allowedActions(principal, side, row) };
  }

  async list(query: ApplicationListQuery, principal: Principal): Promise<Page<ApplicationSummaryDto>> {
    return this.lists.page<ApplicationSummaryDto>(
      {
        select: summary,
        from,
        where: filtered(query, await this.access.of(principal)),
        sorts: {
          updatedAt: 'a.updated_at',
          createdAt: 'a.created_at',
          number: `coalesce(a.number, '')`,
          board: 'n.code',
          status: 'a.status',
        },
        defaultSort: '-updatedAt',
        id: 'a.id',
        updatedAt: 'a.updated_at',
      },
      query,
    );
  }

  /** How many there are in each state; always what the list with the same filters holds. */
  async counts(query: ApplicationFilterQuery, principal: Principal): Promise<ApplicationCountsDto> {
    const conditions = filtered(query, await this.access.of(principal));
    const rows = await this.database.query<{ status: ApplicationStatus; count: number }[]>(
      `SELECT a.status, count(*)::int AS count FROM ${from} ${conditions.sql()} GROUP BY a.status`,
      conditions.values,
    );
    const found = new Map(rows.map(({ status, count }) => [status, count]));
    const byStatus = Object.fromEntries(applicationStatuses.map(status => [status, found.get(status) ?? 0])) as unknown as StatusCountsDto;
    return { total: rows.reduce((sum, { count }) => sum + count, 0), byStatus };
  }

  /** All that fit, some hundred at a time, in the order of their ids. */
  async *all(query: ApplicationFilterQuery, principal: Principal): AsyncGenerator<Row[]> {
    const conditions = filtered(query, await this.access.of(principal));
    for (let after: string | undefined, size = batch; size === batch;) {
      const page = conditions.copy().add('a.id > ?', after);
      const rows = await this.database.query<Row[]>(
        `SELECT ${detail} FROM ${from} ${page.sql()} ORDER BY a.id LIMIT ${batch}`,
        page.values,
      );
      if (rows.length > 0) yield rows;
      after = rows.at(-1)?.id;
      size = rows.length;
    }
  }
}

const batch = 200;

function filtered(query: ApplicationFilterQuery, { scope }: Access): Where {
  const conditions = where()
    .equal('a.edition_id', query.editionId)
    .any('a.status', query.status)
    .any('a.board_id', query.boardId)
    .any('a.region_code', query.regionCode)
    .any('a.area_type', query.areaType)
    .any('a.exhibitor_kind', query.exhibitorKind)
    .equal('a.is_late', query.late)
    .equal('(a.endorsement IS NOT NULL)', query.endorsed)
    .equal('(a.paid_invoice_id IS NOT NULL)', query.paid)
    .equal('(a.seal_verified_at IS NOT NULL)', query.sealVerified)
    .equal('a.organisation_id', query.organisationId)
    .equal('a.external_ref', query.externalRef)
    .search(['a.fascia_zh', 'a.fascia_en', 'a.number'], query.q);
  return narrow(conditions, scope);
}
