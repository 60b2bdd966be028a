import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ListOrganisationsQuery, OrganisationContactDto, OrganisationDto } from './organisations.dto.js';

const columns = `o.id, o.version, o.status, o.origin, o.kind, jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS name, o.credit_code AS "creditCode",
  CASE WHEN o.identifier_scheme IS NOT NULL THEN jsonb_build_object('scheme', o.identifier_scheme, 'value', o.identifier_value) END AS identifier,
  o.country, o.region_code AS "regionCode", o.partner_region AS "partnerRegion",
  jsonb_build_object('name', o.contact_name, 'phone', o.contact_phone, 'mail', o.contact_mail, 'language', o.contact_language) AS contact,
  o.created_at AS "createdAt", o.activated_at AS "activatedAt", o.updated_at AS "updatedAt"`;

@Injectable()
export class OrganisationQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** One organisation; only the caller's own if `own` is given. */
  async one(id: string, own: string | undefined, reader: Reader = this.database): Promise<OrganisationDto | undefined> {
    const [row] = await reader.query<OrganisationDto[]>(
      `SELECT ${columns} FROM organisations o WHERE o.id = $1 AND ($2::uuid IS NULL OR o.id = $2)`,
      [id, own ?? null],
    );
    return row;
  }

  page(query: ListOrganisationsQuery): Promise<Page<OrganisationDto>> {
    return this.lists.page<OrganisationDto>(
      {
        select: columns,
        from: 'organisations o',
        where: where()
          .any('o.status', query.status)
          .any('o.origin', query.origin)
          .any('o.kind', query.kind)
          .any('o.region_code', query.regionCode)
          .search(['o.name_zh', 'o.name_en', 'o.credit_code'], query.q),
        sorts: { createdAt: 'o.created_at', updatedAt: 'o.updated_at', nameEn: 'o.name_en', nameZh: 'o.name_zh' },
        defaultSort: '-createdAt',
        id: 'o.id',
        updatedAt: 'o.updated_at',
      },
      query,
    );
  }

  /** Whom to write to: the contact of an active organisation, or those of the partner units of a region. */
  contacts({
    organisationId,
    regionCode,
  }: {
    organisationId?: string | undefined;
    regionCode?: string | undefined;
  }): Promise<OrganisationContactDto[]> {
    return this.database.query(
      `SELECT o.contact_mail AS mail, o.contact_language AS language, o.contact_name AS name, o.id AS "organisationId",
              jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS "organisationName"
         FROM organisations o
        WHERE o.status = 'active' AND ($1::uuid IS NULL OR o.id = $1) AND ($2::text IS NULL OR o.partner_region = $2) AND ($1::uuid IS NOT NULL OR $2::text IS NOT NULL)
        ORDER BY o.id LIMIT 200`,
      [organisationId ?? null, regionCode ?? null],
    );
  }
}
