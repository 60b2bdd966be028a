import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ClientDto, type ListClientsQuery } from './clients.dto.js';

const columns = select('c', ClientDto, {
  liveSecrets: `(SELECT count(*)::int FROM oauth_client_secrets s WHERE s.client_id = c.client_id AND (s.retire_at IS NULL OR s.retire_at > now()))`,
  lastUsedAt: '(SELECT max(s.last_used_at) FROM oauth_client_secrets s WHERE s.client_id = c.client_id)',
});

@Injectable()
export class ClientQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** One client. Throws `NotFound`. */
  async get(id: string, reader: Reader = this.database): Promise<ClientDto> {
    const [row] = await reader.query<ClientDto[]>(`SELECT ${columns} FROM oauth_clients c WHERE c.id = $1`, [id]);
    if (!row) throw new NotFound('client', id);
    return row;
  }

  page(query: ListClientsQuery): Promise<Page<ClientDto>> {
    return this.lists.page<ClientDto, ListClientsQuery>(
      {
        select: columns,
        from: 'oauth_clients c',
        where: where().any('c.region_code', query.regionCode).search(['c.client_id', "c.name->>'zh'", "c.name->>'en'"], query.q),
        sorts: { clientId: 'c.client_id', updatedAt: 'c.updated_at' },
        defaultSort: 'clientId',
        id: 'c.id',
        updatedAt: 'c.updated_at',
      },
      query,
    );
  }
}
