import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { WaiverDto, WaiverListQuery } from './waiver.dto.js';

const columns = `w.id, w.version, w.edition_id AS "editionId", w.organisation_id AS "organisationId", w.code, w.reason, w.issued_by AS "issuedBy",
  w.issued_at AS "issuedAt", w.expires_at AS "expiresAt", w.status, w.used_by_application_id AS "usedByApplicationId", w.used_at AS "usedAt"`;

@Injectable()
export class WaiverQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  async one(id: string, reader: Reader = this.database): Promise<WaiverDto> {
    const [waiver] = await reader.query<WaiverDto[]>(`SELECT ${columns} FROM waivers w WHERE w.id = $1`, [id]);
    if (!waiver) throw new NotFound('waiver', id);
    return waiver;
  }

  /** Whether an organisation has registered: nobody else could ever use a waiver made out to it. */
  async knowsOrganisation(id: string, reader: Reader): Promise<boolean> {
    const rows = await reader.query<unknown[]>('SELECT 1 FROM known_organisations WHERE id = $1', [id]);
    return rows.length > 0;
  }

  list(query: WaiverListQuery): Promise<Page<WaiverDto>> {
    return this.lists.page<WaiverDto>(
      {
        select: columns,
        from: 'waivers w',
        where: where().equal('w.edition_id', query.editionId).any('w.status', query.status),
        sorts: { issuedAt: 'w.issued_at', expiresAt: 'w.expires_at' },
        defaultSort: '-issuedAt',
        id: 'w.id',
        updatedAt: 'w.updated_at',
      },
      query,
    );
  }
}
