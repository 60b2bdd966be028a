import type { ThingAnswer } from '@ciep/contracts';
import { normalCode, NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader, type Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { narrow, type ApplicationShare } from './application-share.service.js';
import {
  type ApplicationCountsDto,
  ApplicationDto,
  type ApplicationFilterQuery,
  type ApplicationListQuery,
  ApplicationSummaryDto,
  type StatusCountsDto,
} from './application.dto.js';
import { applicationStatuses, type ApplicationStatus } from './application.rules.js';

const from = 'applications a JOIN nodes n ON n.id = a.board_id LEFT JOIN known_organisations o ON o.id = a.organisation_id';

type Row = Omit<ApplicationDto, 'allowedActions'>;

const computed = {
  boardCode: 'n.code',
  boardName: 'n.name',
  fasciaName: `CASE WHEN a.fascia_zh IS NOT NULL THEN jsonb_build_object('zh', a.fascia_zh, 'en', a.fascia_en) END`,
  organisationName: 'o.name',
  organisationKind: 'o.kind',
  creditCode: 'o.credit_code',
  registerNumber: 'o.register_number',
  boothNumber: `CASE WHEN a.status IN ('approved', 'confirmed') THEN a.booth ->> 'boothNumber' END`,
  isPaid: 'a.paid_invoice_id IS NOT NULL',
  isSealVerified: 'a.seal_verified_at IS NOT NULL',
};
const summary = select('a', ApplicationSummaryDto, computed);
const detail = select('a', ApplicationDto, { ...computed, allowedActions: null });

@Injectable()
export class ApplicationQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** One application within the caller's share. Throws `NotFound` for all others. */
  async one(id: string, { scope, actions }: ApplicationShare, reader: Reader = this.database): Promise<ApplicationDto> {
    const conditions = narrow(where().equal('a.id', id), scope);
    const [row] = await reader.query<Row[]>(`SELECT ${detail} FROM ${from} ${conditions.sql()}`, conditions.values);
    if (!row) throw new NotFound('application', id);
    return { ...row, allowedActions: actions(row) };
  }

  /** Readable names, for other services. */
  async labelOf(id: string): Promise<ThingAnswer<'application'> | undefined> {
    const [row] = await this.database.query<ThingAnswer<'application'>[]>(
      `SELECT ${select('a', ['number'], { boardCode: 'n.code', boardName: 'n.name' })} FROM ${from} WHERE a.id = $1`,
      [id],
    );
    return row;
  }

  list(query: ApplicationListQuery, share: ApplicationShare): Promise<Page<ApplicationSummaryDto>> {
    return this.lists.page<ApplicationSummaryDto, ApplicationListQuery>(
      {
        select: summary,
        from,
        where: filtered(query, share),
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

  /** The count per state, consistent with the list for the same filters. */
  async counts(query: ApplicationFilterQuery, share: ApplicationShare): Promise<ApplicationCountsDto> {
    const conditions = filtered(query, share);
    const rows = await this.database.query<{ status: ApplicationStatus; count: number }[]>(
      `SELECT a.status, count(*)::int AS count FROM ${from} ${conditions.sql()} GROUP BY a.status`,
      conditions.values,
    );
    const found = new Map(rows.map(({ status, count }) => [status, count]));
    const byStatus = Object.fromEntries(applicationStatuses.map(status => [status, found.get(status) ?? 0])) as unknown as StatusCountsDto;
    return { total: rows.reduce((sum, { count }) => sum + count, 0), byStatus };
  }

  /** All matches in batches of some hundred, in the order of their ids. */
  async *all(query: ApplicationFilterQuery, share: ApplicationShare): AsyncGenerator<Row[]> {
    const conditions = filtered(query, share);
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

function filtered(query: ApplicationFilterQuery, { scope }: ApplicationShare): Where {
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
    .equal('a.external_ref_key', query.externalRef && normalCode(query.externalRef))
    .search(['a.fascia_zh', 'a.fascia_en', 'a.number'], query.q);
  return narrow(conditions, scope);
}
