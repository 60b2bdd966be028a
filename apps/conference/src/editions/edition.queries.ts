import { chineseDate, Clock, NotFound } from '@ciep/kernel';
import { Database, Lists, select, type Page, type Reader, where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { EditionDto, type ManagedEditionListQuery } from './editions.dto.js';

const columns = select('e', EditionDto);

@Injectable()
export class EditionQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
    private readonly clock: Clock,
  ) {}

  list(query: ManagedEditionListQuery): Promise<Page<EditionDto>> {
    return this.lists.page<EditionDto, ManagedEditionListQuery>(
      {
        select: columns,
        from: 'editions e',
        where: where()
          .equal('e.published', query.published)
          .search([`e.title->>'zh'`, `e.title->>'en'`, `e.theme->>'zh'`, `e.theme->>'en'`], query.q),
        sorts: { startsOn: 'e.starts_on', code: 'e.code', updatedAt: 'e.updated_at' },
        defaultSort: '-startsOn',
        id: 'e.id',
        updatedAt: 'e.updated_at',
      },
      query,
    );
  }

  /** Any edition, published or not. Throws `NotFound`. */
  async get(id: string, reader: Reader = this.database): Promise<EditionDto> {
    return this.first(id, await reader.query<EditionDto[]>(`SELECT ${columns} FROM editions e WHERE e.id = $1`, [id]));
  }

  /** A published edition, by its id or its code. Throws `NotFound`. */
  async published(idOrCode: string): Promise<EditionDto> {
    const sql = `SELECT ${columns} FROM editions e WHERE e.published AND (e.id::text = lower($1) OR e.code = $1)`;
    return this.first(idOrCode, await this.database.query<EditionDto[]>(sql, [idOrCode]));
  }

  /** The current or next published edition, or the last one if all are over. Throws `NotFound`. */
  async current(): Promise<EditionDto> {
    const sql = `SELECT ${columns} FROM editions e WHERE e.published
      ORDER BY e.ends_on < $1::date, CASE WHEN e.ends_on >= $1::date THEN e.starts_on END, e.starts_on DESC, e.id LIMIT 1`;
    return this.first('current', await this.database.query<EditionDto[]>(sql, [chineseDate(this.clock.now())]));
  }

  private first(id: string, [edition]: EditionDto[]): EditionDto {
    if (!edition) throw new NotFound('edition', id);
    return edition;
  }
}
