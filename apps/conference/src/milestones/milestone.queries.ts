import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, type Page, type Reader, where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MilestoneDto, type MilestoneListQuery } from './milestones.dto.js';

const columns = select('m', MilestoneDto);

@Injectable()
export class MilestoneQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** The milestones of one edition, earliest first. */
  ofEdition(editionId: string, query: MilestoneListQuery): Promise<Page<MilestoneDto>> {
    return this.lists.page<MilestoneDto, MilestoneListQuery>(
      {
        select: columns,
        from: 'milestones m',
        where: where().equal('m.edition_id', editionId).any('m.kind', query.kind),
        sorts: { at: 'm.at', updatedAt: 'm.updated_at' },
        defaultSort: 'at',
        id: 'm.id',
        updatedAt: 'm.updated_at',
      },
      query,
    );
  }

  /** One milestone; with `published`, only of a published edition. Throws `NotFound`. */
  async get(
    id: string,
    { published = false, reader = this.database }: { published?: boolean; reader?: Reader } = {},
  ): Promise<MilestoneDto> {
    const sql = `SELECT ${columns} FROM milestones m JOIN editions e ON e.id = m.edition_id WHERE m.id = $1 AND (e.published OR NOT $2)`;
    const [milestone] = await reader.query<MilestoneDto[]>(sql, [id, published]);
    if (!milestone) throw new NotFound('milestone', id);
    return milestone;
  }
}
