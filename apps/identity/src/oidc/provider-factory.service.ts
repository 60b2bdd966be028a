import { apiAudience, Database, PlatformSettings } from '@ciep/platform';
import { Injectable, Logger } from '@nestjs/common';
import Provider, {
  errors,
  type Account,
  type Adapter,
  type AdapterPayload,
  type Client,
  type Configuration,
  type JWKS,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { AccountQueries } from '../accounts/accounts.queries.js';
import { ClientDirectory } from '../clients/client-directory.queries.js';
import { ownMetadata } from '../clients/client-metadata.rules.js';
import { ClientSecrets, type LiveSecret } from '../clients/client-secrets.service.js';
import { apiScopes, internalScope, openIdScopes } from '../clients/scopes.rules.js';
import { Secrets } from '../secrets/secrets.service.js';
import { AccessTokenRevocation } from './access-token-revocation.service.js';
import { ExistingGrant } from './existing-grant.service.js';
import { OidcStorage } from './oidc-storage.repository.js';
import { ProviderPages } from './provider-pages.service.js';
import type { KeyRing } from './signing-keys.service.js';
import { TokenClaims } from './token-claims.service.js';

const minute = 60;
const day = 24 * 60 * minute;
const accessTokenLife = 5 * minute;
/** A refresh token dies after 14 days without use, and 30 days after the login (docs/rules.md#token-lives). */
const refreshIdle = 14 * day;
const refreshTotal = 30 * day;

const cookie = { signed: true, httpOnly: true, sameSite: 'lax' } as const;
const signing = ['ES256'] as const;

/** Builds an OIDC provider for a ring of keys. All state is in the database, so one provider can take over from another at any time. */
@Injectable()
export class ProviderFactory {
  private readonly log = new Logger('oidc');

  constructor(
    private readonly database: Database,
    private readonly platform: PlatformSettings,
    private readonly secrets: Secrets,
    private readonly directory: ClientDirectory,
    private readonly clientSecrets: ClientSecrets,
    private readonly accounts: AccountQueries,
    private readonly claims: TokenClaims,
    private readonly existingGrant: ExistingGrant,
    private readonly pages: ProviderPages,
    private readonly revocation: AccessTokenRevocation,
  ) {}

  async build(ring: KeyRing): Promise<Provider> {
    const provider = new Provider(this.platform.issuer, { ...this.fixed(), ...(await this.keyed(ring)) });
    provider.proxy = true;
    this.compareLiveSecrets(provider);
    provider.use(this.pages.withoutScript as Parameters<typeof provider.use>[0]);
    provider.use(this.revocation.of(ring) as Parameters<typeof provider.use>[0]);
    provider.use(unavailable);
    provider.on('server_error', (_context, error) => this.log.error(error));
    return provider;
  }

  private async keyed({ currentKid, keys }: KeyRing): Promise<Configuration> {
    return {
      jwks: { keys } as JWKS,
      cookies: { keys: [await this.secrets.get('cookies')], long: { ...cookie, path: '/oidc' }, short: cookie },
      features: {
        devInteractions: { enabled: false },
        userinfo: { enabled: false },
        dPoP: { enabled: false },
        pushedAuthorizationRequests: { enabled: false },
        clientCredentials: { enabled: true },
        revocation: { enabled: true, allowedPolicy: (_context, client, token) => client.clientId === token.clientId },
        rpInitiatedLogout: { enabled: true, logoutSource: this.pages.logout, postLogoutSuccessSource: this.pages.loggedOut },
        resourceIndicators: {
          enabled: true,
          defaultResource: (_context, _client, oneOf) => (Array.isArray(oneOf) ? (oneOf[0] ?? apiAudience) : apiAudience),
          useGrantedResource: () => true,
          getResourceServerInfo: (_context, resource, client) => {
            if (resource !== apiAudience) throw new errors.InvalidTarget();
            return {
              scope: allowedScopes(client).join(' '),
              audience: apiAudience,
              accessTokenFormat: 'jwt',
              accessTokenTTL: accessTokenLife,
              jwt: { sign: { alg: 'ES256', kid: currentKid } },
            };
          },
        },
      },
    };
  }

  private fixed(): Configuration {
    return {
      adapter: kind => (kind === 'Client' ? this.clientAdapter() : new OidcStorage(kind, this.database)),
      clientDefaults: {
        id_token_signed_response_alg: 'ES256',
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      responseTypes: ['code'],
      scopes: [...openIdScopes],
      claims: { openid: ['sub'], profile: ['name', 'email', 'locale'] },
      conformIdTokenClaims: false,
      clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      enabledJWA: { idTokenSigningAlgValues: [...signing], clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'RS256', 'PS256'] },
      pkce: { required: () => true },
      clientBasedCORS: isOwnOrigin,
      extraClientMetadata: { properties: [...ownMetadata] },
      findAccount: (_context, id) => this.findAccount(id),
      extraTokenClaims: (context, token) => this.claims.of(context, token),
      loadExistingGrant: context => this.existingGrant.of(context),
      interactions: { url: (_context, interaction) => `/oidc/interaction/${interaction.uid}` },
      issueRefreshToken: (_context, client, source) =>
        client.grantTypeAllowed('refresh_token') && (source.scopes.has('offline_access') || client['first_party'] === true),
      rotateRefreshToken: true,
      renderError: this.pages.error,
      discovery: { ui_locales_supported: ['zh', 'en'], service_documentation: new URL('/', this.platform.issuer).href },
      ttl: {
        AccessToken: accessTokenLife,
        ClientCredentials: accessTokenLife,
        AuthorizationCode: minute,
        IdToken: accessTokenLife,
        Interaction: 15 * minute,
        Session: refreshIdle,
        Grant: refreshTotal + day,
        RefreshToken: (_context, token) => Math.max(1, Math.min(refreshIdle, refreshTotal - (token.iiat ? token.totalLifetime() : 0))),
      },
    };
  }

  private clientAdapter(): Adapter {
    const notHere = (): Promise<never> => Promise.reject(new Error('clients are not changed through the provider'));
    return {
      find: async clientId => (await this.directory.find(clientId)) as unknown as AdapterPayload | undefined,
      upsert: notHere,
      findByUid: notHere,
      findByUserCode: notHere,
      consume: notHere,
      destroy: notHere,
      revokeByGrantId: notHere,
    };
  }

  private async findAccount(id: string): Promise<Account | undefined> {
    const person = await this.accounts.person(id);
    return person && { accountId: id, claims: () => ({ sub: id, name: person.name, email: person.mail, locale: person.language }) };
  }

  /** Two secrets may live at once, and only their hashes are known. */
  private compareLiveSecrets(provider: Provider): void {
    const { clientSecrets } = this;
    (provider.Client.prototype as { compareClientSecret: (given: string) => Promise<boolean> }).compareClientSecret = function (
      this: Client,
      given,
    ) {
      return clientSecrets.fits(this.clientId, this['live_secrets'] as LiveSecret[], given);
    };
  }
}

/** The scopes of the API that a client may have: what is registered for it, as far as we know it. */
function allowedScopes(client: Client): string[] {
  const registered = client['api_scopes'] as readonly string[];
  return [...apiScopes, internalScope].filter(scope => registered.includes(scope));
}

/** A browser front-end may call the token endpoint from the origins it is registered with, and from nowhere else. */
const isOwnOrigin = (_context: KoaContextWithOIDC, origin: string, client: Client): boolean =>
  origin !== 'null' &&
  client.tokenEndpointAuthMethod === 'none' &&
  (client.redirectUris ?? []).some(uri => URL.parse(uri)?.origin === origin);

/** What the provider could not do, above all without its database, may be tried again. */
const unavailable: Parameters<Provider['use']>[0] = async (context, next) => {
  await next();
  if (context.status !== 500) return;
  context.status = 503;
  context.set('retry-after', '2');
};
