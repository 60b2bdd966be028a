import type { ThingAnswer } from '@ciep/contracts';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationDto, type ContactAddressDto, type ContactsQuery, type ListOrganisationsQuery } from './organisations.dto.js';

const name = `jsonb_build_object('zh', o.name_zh, 'en', o.name_en)`;
const columns = select('o', OrganisationDto, {
  name,
  identifier: `CASE WHEN o.identifier_scheme IS NOT NULL THEN jsonb_build_object('scheme', o.identifier_scheme, 'value', o.identifier_value) END`,
  contact: `jsonb_build_object('name', o.contact_name, 'phone', o.contact_phone, 'mail', o.contact_mail, 'language', o.contact_language)`,
});

@Injectable()
export class OrganisationQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** One organisation, or with `own` only the caller's own. */
  async one(id: string, own: string | undefined, reader: Reader = this.database): Promise<OrganisationDto | undefined> {
    const [row] = await reader.query<OrganisationDto[]>(
      `SELECT ${columns} FROM organisations o WHERE o.id = $1 AND ($2::uuid IS NULL OR o.id = $2)`,
      [id, own ?? null],
    );
    return row;
  }

  page(query: ListOrganisationsQuery): Promise<Page<OrganisationDto>> {
    return this.lists.page<OrganisationDto, ListOrganisationsQuery>(
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

  /** Readable names, for other services. */
  async labelOf(id: string): Promise<ThingAnswer<'organisation'> | undefined> {
    const [row] = await this.database.query<ThingAnswer<'organisation'>[]>(`SELECT ${name} AS name FROM organisations o WHERE o.id = $1`, [
      id,
    ]);
    return row;
  }

  /** The recipients: the contact of an active organisation, those of the partner units of a region, or a person with an account, also of one just closed. */
  contacts({ organisationId, regionCode, personId }: ContactsQuery): Promise<ContactAddressDto[]> {
    return this.database.query(
      `SELECT o.contact_mail AS mail, o.contact_language AS language, o.contact_name AS name FROM organisations o
        WHERE o.status = 'active' AND ($1::uuid IS NULL OR o.id = $1) AND ($2::text IS NULL OR o.partner_region = $2) AND ($1::uuid IS NOT NULL OR $2::text IS NOT NULL)
       UNION ALL
       SELECT a.mail, a.language, a.name FROM accounts a WHERE a.status IN ('active', 'closed') AND a.id = $3 AND $1::uuid IS NULL AND $2::text IS NULL
       ORDER BY mail LIMIT 200`,
      [organisationId ?? null, regionCode ?? null, personId ?? null],
    );
  }
}
