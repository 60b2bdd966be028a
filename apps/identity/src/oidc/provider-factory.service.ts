import { apiAudience, canonicalToken, Database, PlatformSettings } from '@ciep/platform';
import { Injectable, Logger } from '@nestjs/common';
import Provider, { errors, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { ownMetadata } from '../clients/client-metadata.rules.js';
import { openIdScopes } from '../clients/scopes.rules.js';
import { Secrets } from '../secrets/secrets.service.js';
import { SessionTraces } from '../sessions/session-traces.service.js';
import { AccessTokenRevocation } from './access-token-revocation.service.js';
import { ExistingGrant } from './existing-grant.service.js';
import { selectOrganisation } from './organisation-choice.rules.js';
import { OrganisationPrompt } from './organisation-prompt.service.js';
import { OidcStorage } from './oidc-storage.repository.js';
import { ProviderClients } from './provider-clients.service.js';
import { accessTokenSeconds, grantSeconds, refreshIdleSeconds, refreshTotalSeconds, sessionIdleSeconds } from './provider-lives.rules.js';
import { ProviderPages } from './provider-pages.service.js';
import { ProviderPeople } from './provider-people.service.js';
import { refusing } from './refusing-adapter.service.js';
import { RefreshAnswers } from './refresh-answers.service.js';
import { Revocations } from './revocations.service.js';
import { SessionGrants } from './session-grants.service.js';
import type { KeyRing } from './signing-keys.service.js';

const minute = 60;

const cookie = { signed: true, httpOnly: true, sameSite: 'lax' } as const;

/** Builds an OIDC provider for a key ring. All state is in the database, so one provider can replace another at any time. */
@Injectable()
export class ProviderFactory {
  private readonly log = new Logger('oidc');

  constructor(
    private readonly database: Database,
    private readonly platform: PlatformSettings,
    private readonly secrets: Secrets,
    private readonly clients: ProviderClients,
    private readonly people: ProviderPeople,
    private readonly existingGrant: ExistingGrant,
    private readonly pages: ProviderPages,
    private readonly revocation: AccessTokenRevocation,
    private readonly revocations: Revocations,
    private readonly refreshAnswers: RefreshAnswers,
    private readonly organisation: OrganisationPrompt,
    private readonly sessionGrants: SessionGrants,
    private readonly traces: SessionTraces,
  ) {}

  async build(ring: KeyRing): Promise<Provider> {
    const provider = new Provider(this.platform.issuer, {
      ...this.protocol(),
      ...this.login(),
      features: this.features(ring.currentKid),
      jwks: { keys: ring.keys },
      cookies: { keys: [await this.secrets.get('cookies')], long: { ...cookie, path: '/oidc' }, short: cookie },
      ttl: lives,
    });
    provider.proxy = true;
    this.clients.compareLiveSecrets(provider);
    this.sessionGrants.keepAll(provider);
    askForOfflineAccess(provider);
    provider.use(this.pages.withoutScript as Middleware);
    provider.use(this.revocation.of(ring) as Middleware);
    provider.use(this.unavailable);
    provider.use(otherMethod as Middleware);
    provider.use(this.refreshAnswers.again as Middleware);
    provider.use(this.sessionGrants.endAll as Middleware);
    provider.use(this.traces.keep as Middleware);
    provider.use(spelledOnce);
    provider.on('server_error', (_context, error) => this.log.error(error));
    return provider;
  }

  /**
   * A failure of the provider, above all a lost database, may be retried. It stores the session after it has prepared the answer, possibly
   * an error page, so such failures arrive here instead of on a page.
   */
  private readonly unavailable: Middleware = async (context, next) => {
    await next().catch(async (error: Error & { status?: number }) => {
      if (error.status !== undefined && error.status < 500) throw error;
      this.log.error(error);
      context.status = 500;
      await this.pages.error(context as KoaContextWithOIDC, { error: 'server_error' }, error);
    });
    if (context.status !== 500) return;
    context.status = 503;
    context.set('retry-after', '2');
  };

  /** Code with PKCE, refresh tokens that rotate, client credentials; tokens are ES256. */
  private protocol(): Configuration {
    return {
      adapter: kind => refusing(kind === 'Client' ? this.clients.adapter() : new OidcStorage(kind, this.database, this.revocations)),
      clientDefaults: {
        id_token_signed_response_alg: 'ES256',
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      clientBasedCORS: (context, origin, client) => this.clients.isOwnOrigin(context, origin, client),
      discovery: {
        ui_locales_supported: ['zh', 'en'],
        prompt_values_supported: ['none', 'login', selectOrganisation, 'consent'],
        service_documentation: new URL('/docs', this.platform.issuer).href,
      },
      enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'RS256', 'PS256'] },
      extraClientMetadata: { properties: [...ownMetadata] },
      issueRefreshToken: (_context, client, source) =>
        client.grantTypeAllowed('refresh_token') && (source.scopes.has('offline_access') || client['first_party'] === true),
      pkce: { required: () => true },
      responseTypes: ['code'],
      rotateRefreshToken: true,
    };
  }

  private login(): Configuration {
    return {
      claims: { openid: ['sub', 'amr'], profile: ['name', 'email', 'locale'] },
      conformIdTokenClaims: false,
      extraTokenClaims: (context, token) => this.people.claims(context, token),
      findAccount: (_context, id) => this.people.account(id),
      extraParams: { organisation: this.organisation.parameter },
      interactions: { policy: this.organisation.policy(), url: (_context, interaction) => `/oidc/interaction/${interaction.uid}` },
      loadExistingGrant: context => this.existingGrant.of(context),
      renderError: this.pages.error,
      scopes: [...openIdScopes],
    };
  }

  /** There is one API, so every access token is a JWT for it; userinfo would require opaque tokens and is `/v1/identity/me` here. */
  private features(currentKid: string): NonNullable<Configuration['features']> {
    return {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => client.clientId === token.clientId },
      rpInitiatedLogout: { enabled: true, logoutSource: this.pages.logout, postLogoutSuccessSource: this.pages.loggedOut },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? apiAudience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource, client) => {
          if (resource !== apiAudience) throw new errors.InvalidTarget();
          return {
            scope: this.clients.scopesOf(client),
            audience: apiAudience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: accessTokenSeconds,
            jwt: { sign: { alg: 'ES256', kid: currentKid } },
          };
        },
      },
    };
  }
}

type Middleware = Parameters<Provider['use']>[0];

const asked = 'GET, HEAD';
const sent = 'OPTIONS, POST';
const methodsOf: ReadonlyMap<string, string> = new Map([
  ['/auth', asked],
  ['/jwks', asked],
  ['/session/end', asked],
  ['/session/end/confirm', 'POST'],
  ['/token', sent],
  ['/token/revocation', sent],
  ['/.well-known/openid-configuration', asked],
  ['/.well-known/oauth-authorization-server', asked],
]);

/** The provider answers 404 where one of its addresses does not know the method. */
const otherMethod = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
  await next();
  const allow = methodsOf.get(context.path);
  if (context.status !== 404 || allow === undefined || allow.split(', ').includes(context.method)) return;
  context.status = 405;
  context.set('allow', allow);
};

/** ECDSA admits two spellings of a signature; access tokens have one of them. */
const spelledOnce: Middleware = async (context, next) => {
  await next();
  const answer = context.body as { access_token?: unknown } | undefined;
  if (typeof answer?.access_token === 'string') answer.access_token = canonicalToken(answer.access_token);
};

/**
 * Offline access needs the person's consent (OpenID Connect Core 11). Where a client asks for the scope without `prompt=consent` the
 * provider would leave it out and say nothing, so we ask for the consent. Our own clients need neither.
 */
function askForOfflineAccess({ OIDCContext }: Provider): void {
  const own = Object.getOwnPropertyDescriptor(OIDCContext.prototype, 'prompts');
  if (!own?.get) throw new Error('the OIDC provider has no prompts any more');
  Object.defineProperty(OIDCContext.prototype, 'prompts', {
    configurable: true,
    get(this: KoaContextWithOIDC['oidc']): Set<string> {
      const prompts = own.get?.call(this) as Set<string>;
      const scope = this.params?.['scope'];
      const isOffline = typeof scope === 'string' && scope.split(' ').includes('offline_access');
      if (isOffline && this.client?.['first_party'] !== true) prompts.add('consent');
      return prompts;
    },
  });
}

/** In seconds. */
const lives: NonNullable<Configuration['ttl']> = {
  AccessToken: accessTokenSeconds,
  ClientCredentials: accessTokenSeconds,
  AuthorizationCode: minute,
  IdToken: accessTokenSeconds,
  Interaction: 15 * minute,
  Session: sessionIdleSeconds,
  Grant: grantSeconds,
  RefreshToken: (_context, token) =>
    Math.max(1, Math.min(refreshIdleSeconds, refreshTotalSeconds - (token.iiat ? token.totalLifetime() : 0))),
};
