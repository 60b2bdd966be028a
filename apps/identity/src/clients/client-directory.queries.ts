import { Database, select } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import type { OauthClient } from './client.entity.js';
import { metadataOf, serviceMetadata, type ClientMetadata } from './client-metadata.rules.js';
import { hashOfSecret, type LiveSecret } from './client-secrets.service.js';

type Row = Omit<OauthClient, 'id' | 'version' | 'status'> & { secrets: LiveSecret[] };

const secrets = `(SELECT coalesce(jsonb_agg(
    jsonb_build_object('hash', encode(s.secret_hash, 'hex'), 'until', floor(extract(epoch FROM s.retire_at) * 1000)::bigint) ORDER BY s.created_at, s.secret_hash), '[]')
  FROM oauth_client_secrets s WHERE s.client_id = c.client_id AND (s.retire_at IS NULL OR s.retire_at > now()))`;
const columns = select<Row>(
  'c',
  [
    ...(['clientId', 'name', 'firstParty', 'authMethod', 'grantTypes', 'redirectUris', 'postLogoutRedirectUris', 'apiScopes'] as const),
    ...(['jwks', 'organisationId', 'regionCode', 'roles'] as const),
  ],
  { secrets },
);

/** Finds clients for the OIDC provider, on every request, so that a change takes effect at once. */
@Injectable()
export class ClientDirectory {
  constructor(
    private readonly database: Database,
    private readonly config: IdentityConfig,
  ) {}

  async find(clientId: string): Promise<ClientMetadata | undefined> {
    const secret = this.config.serviceClients.get(clientId);
    if (secret !== undefined) return serviceMetadata(clientId, hashOfSecret(secret).toString('hex'));
    const [row] = await this.database.query<Row[]>(
      `SELECT ${columns} FROM oauth_clients c WHERE c.client_id = $1 AND c.status = 'active'`,
      [clientId],
    );
    return row && metadataOf(row, row.secrets);
  }

  /** The platform's own front end that says where it begins, the oldest if there are several. */
  async firstParty(): Promise<ClientMetadata | undefined> {
    const [row] = await this.database.query<Row[]>(
      `SELECT ${columns} FROM oauth_clients c WHERE c.first_party AND c.status = 'active' AND cardinality(c.post_logout_redirect_uris) > 0
        ORDER BY c.id LIMIT 1`,
    );
    return row && metadataOf(row, row.secrets);
  }
}
