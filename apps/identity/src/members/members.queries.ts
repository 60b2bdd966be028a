import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MemberDto, type ListMembersQuery } from './members.dto.js';

const columns = select('m', MemberDto, {
  name: 'a.name',
  mail: 'a.mail',
  joinedAt: 'm.created_at',
});
const from = 'memberships m JOIN accounts a ON a.id = m.account_id';

/** An organisation that a caller asks about. */
export interface AskedOrganisation {
  readonly organisationId: string;
  /** The only organisation that the caller may ask about; undefined for staff, who may ask about any. */
  readonly own: string | undefined;
}

@Injectable()
export class MemberQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** Throws `NotFound` for an organisation that does not exist or is not the caller's. */
  async page({ organisationId, own }: AskedOrganisation, query: ListMembersQuery): Promise<Page<MemberDto>> {
    const known = await this.database.query<unknown[]>('SELECT 1 FROM organisations WHERE id = $1 AND ($2::uuid IS NULL OR id = $2)', [
      organisationId,
      own ?? null,
    ]);
    if (known.length === 0) throw new NotFound('organisation', organisationId);
    return this.lists.page<MemberDto, ListMembersQuery>(
      {
        select: columns,
        from,
        where: where()
          .equal('m.organisation_id', organisationId)
          .add('m.roles && ?::text[]', query.role)
          .search(['a.name', 'a.mail'], query.q),
        sorts: { joinedAt: 'm.created_at', name: 'a.name', updatedAt: 'm.updated_at' },
        defaultSort: 'name',
        id: 'm.id',
      },
      query,
    );
  }

  /** One member. Throws `NotFound`, also for a member of another organisation. */
  async get(id: string, { organisationId, own }: AskedOrganisation, reader: Reader = this.database): Promise<MemberDto> {
    const [row] = await reader.query<MemberDto[]>(
      `SELECT ${columns} FROM ${from} WHERE m.id = $1 AND m.organisation_id = $2 AND ($3::uuid IS NULL OR m.organisation_id = $3)`,
      [id, organisationId, own ?? null],
    );
    if (!row) throw new NotFound('membership', id);
    return row;
  }
}
