import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ClientDto, ListClientsQuery } from './clients.dto.js';

const columns = `c.id, c.version, c.status, c.client_id AS "clientId", c.name, c.first_party AS "firstParty", c.auth_method AS "authMethod", c.grant_types AS "grantTypes",
  c.redirect_uris AS "redirectUris", c.api_scopes AS "apiScopes", c.organisation_id AS "organisationId", c.region_code AS "regionCode", c.roles,
  (SELECT count(*)::int FROM oauth_client_secrets s WHERE s.client_id = c.client_id AND (s.retire_at IS NULL OR s.retire_at > now())) AS "liveSecrets",
  (SELECT max(s.last_used_at) FROM oauth_client_secrets s WHERE s.client_id = c.client_id) AS "lastUsedAt", c.updated_at AS "updatedAt"`;

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
    return this.lists.page<ClientDto>(
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
