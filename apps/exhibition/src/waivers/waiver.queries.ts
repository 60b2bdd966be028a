import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { WaiverDto, type WaiverListQuery } from './waiver.dto.js';

const columns = select('w', WaiverDto);

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

  /** Whether an organisation has registered; without that, a waiver for it could never be used. */
  async knowsOrganisation(id: string, reader: Reader): Promise<boolean> {
    const rows = await reader.query<unknown[]>('SELECT 1 FROM known_organisations WHERE id = $1', [id]);
    return rows.length > 0;
  }

  list(query: WaiverListQuery): Promise<Page<WaiverDto>> {
    return this.lists.page<WaiverDto, WaiverListQuery>(
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
