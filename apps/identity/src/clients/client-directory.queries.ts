import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import type { OauthClient } from './client.entity.js';
import { metadataOf, serviceMetadata, type ClientMetadata } from './client-metadata.rules.js';
import { hashOfSecret, type LiveSecret } from './client-secrets.service.js';

type Row = Omit<OauthClient, 'id' | 'version' | 'status'> & { secrets: LiveSecret[] };

/** Finds clients for the OIDC provider: asked at each request, so that a change acts at once. */
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
      `SELECT c.client_id AS "clientId", c.name, c.first_party AS "firstParty", c.auth_method AS "authMethod", c.grant_types AS "grantTypes",
              c.redirect_uris AS "redirectUris", c.post_logout_redirect_uris AS "postLogoutRedirectUris", c.api_scopes AS "apiScopes", c.jwks,
              c.organisation_id AS "organisationId", c.region_code AS "regionCode", c.roles,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('hash', encode(s.secret_hash, 'hex'), 'until', floor(extract(epoch FROM s.retire_at) * 1000)::bigint) ORDER BY s.created_at, s.secret_hash), '[]')
                 FROM oauth_client_secrets s WHERE s.client_id = c.client_id AND (s.retire_at IS NULL OR s.retire_at > now())) AS secrets
         FROM oauth_clients c WHERE c.client_id = $1 AND c.status = 'active'`,
      [clientId],
    );
    return row && metadataOf(row, row.secrets);
  }
}
