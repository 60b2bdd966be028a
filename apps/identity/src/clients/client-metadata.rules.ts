import type { Role } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import type { AuthMethod, GrantType, OauthClient } from './client.entity.js';
import type { LiveSecret } from './client-secrets.service.js';
import { internalScope } from './scopes.rules.js';

/** The identity of a client that acts for itself. */
export interface ClientStanding {
  readonly kind: 'client' | 'service';
  readonly organisation?: string;
  readonly region?: string;
  readonly roles: readonly Role[];
}

/** A client as the OIDC provider sees it, with our own members. */
export interface ClientMetadata {
  readonly client_id: string;
  readonly client_name: string;
  readonly application_type: 'web';
  readonly token_endpoint_auth_method: AuthMethod;
  readonly grant_types: readonly GrantType[];
  readonly response_types: readonly 'code'[];
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly client_secret?: string;
  readonly jwks?: { keys: Record<string, unknown>[] };
  readonly names: LocalizedText;
  readonly first_party: boolean;
  readonly api_scopes: readonly string[];
  readonly live_secrets: readonly LiveSecret[];
  readonly standing: ClientStanding;
}

/** Our members of {@link ClientMetadata}. */
export const ownMetadata = ['names', 'first_party', 'api_scopes', 'live_secrets', 'standing'] as const;

/** The provider's schema requires a secret; ours are hashes in `live_secrets`, and this one is never compared. */
const seeLiveSecrets = { client_secret: 'see live_secrets' };

/** The metadata of a stored client. */
export function metadataOf(client: Omit<OauthClient, 'id' | 'version' | 'status'>, secrets: readonly LiveSecret[]): ClientMetadata {
  const { clientId, name, authMethod, grantTypes, redirectUris, postLogoutRedirectUris, jwks, organisationId, regionCode } = client;
  return {
    client_id: clientId,
    client_name: name.en,
    application_type: 'web',
    token_endpoint_auth_method: authMethod,
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris,
    ...(authMethod === 'client_secret_basic' || authMethod === 'client_secret_post' ? seeLiveSecrets : {}),
    ...(jwks ? { jwks } : {}),
    names: name,
    first_party: client.firstParty,
    api_scopes: client.apiScopes,
    live_secrets: secrets,
    standing: {
      kind: 'client',
      roles: client.roles,
      ...(organisationId ? { organisation: organisationId } : {}),
      ...(regionCode ? { region: regionCode } : {}),
    },
  };
}

/** The metadata of one of the platform's own services, which is configured and in no table. */
export const serviceMetadata = (name: string, secretHash: string): ClientMetadata => ({
  client_id: name,
  client_name: name,
  application_type: 'web',
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  post_logout_redirect_uris: [],
  ...seeLiveSecrets,
  names: { zh: name, en: name },
  first_party: true,
  api_scopes: [internalScope],
  live_secrets: [{ hash: secretHash, until: null }],
  standing: { kind: 'service', roles: ['service'] },
});
