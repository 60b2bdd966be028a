import { startService, type TestService } from '@ciep/testing';
import * as oidc from 'openid-client';
import { demoAccounts, demoPassword, identity } from '../src/identity.module.js';
import { FetchBrowser, type Shown } from './fetch-browser.factory.js';

export const notificationSecret = 'a-secret-for-the-tests-only';

/** Identity with the demo accounts; it trusts its own tokens. */
export async function startProvider(
  settings: Record<string, string> | ((url: string) => Record<string, string>) = {},
): Promise<TestService> {
  const service = await startService(identity, {
    ownTokens: true,
    settings: url => ({
      CIEP_ISSUER: `${url}/oidc`,
      CIEP_SEED_DEMO: 'true',
      IDENTITY_SERVICE_CLIENTS: `notification=${notificationSecret}`,
      IDENTITY_TRIES: '1000',
      IDENTITY_ADDRESS_TRIES: '10000',
      ...(typeof settings === 'function' ? settings(url) : settings),
    }),
  });
  await service.running.seed();
  return service;
}

/** The mail address of the demo person with a role. */
export const loginOf = (role: string): string => {
  const account = demoAccounts.find(({ roles }) => roles.some(held => held === role));
  if (!account) throw new Error(`no demo account is ${role}`);
  return account.login;
};

const redirects: Readonly<Record<string, string>> = {
  console: 'http://localhost:3000/console/callback',
  'demo-spa': 'http://localhost:5173/callback',
};

/** A client with a login for people: openid-client and a browser without script. */
export class RelyingParty {
  private constructor(
    readonly config: oidc.Configuration,
    readonly clientId: string,
    readonly service: TestService,
  ) {}

  static async of(service: TestService, clientId: string, host = service.url): Promise<RelyingParty> {
    const config = await oidc.discovery(new URL(`${host}/oidc`), clientId, { id_token_signed_response_alg: 'ES256' }, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
    return new RelyingParty(config, clientId, service);
  }

  /** Starts the flow: the first page, and the client's state. */
  async begin(parameters: Record<string, string> = {}, browser = new FetchBrowser()) {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const address = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: redirects[this.clientId] ?? '',
      scope: 'openid profile identity:read identity:write',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      ...parameters,
    });
    return { browser, verifier, state, page: await browser.open(address) };
  }

  /** Fills in the login page, and consents if asked. */
  async pass(browser: FetchBrowser, page: Shown, login: string, password = demoPassword): Promise<Shown> {
    const next = await browser.submit(page, '/login', { mail: login, password });
    return next.left || !next.text.includes('/consent') ? next : browser.submit(next, '/consent');
  }

  /** Exchanges the code for tokens. */
  redeem(shown: Shown, { verifier, state }: { verifier: string; state: string }) {
    if (!shown.left) throw new Error(`the browser stayed at ${shown.url} with ${shown.status}:\n${shown.text}`);
    return oidc.authorizationCodeGrant(this.config, shown.left, { pkceCodeVerifier: verifier, expectedState: state });
  }

  /** The whole flow for one person. */
  async logIn(login: string, parameters: Record<string, string> = {}, browser = new FetchBrowser(), password = demoPassword) {
    const flow = await this.begin(parameters, browser);
    const shown = flow.page.left ? flow.page : await this.pass(browser, flow.page, login, password);
    const tokens = await this.redeem(shown, flow);
    return { ...tokens, browser, access: tokens.access_token, refresh: tokens.refresh_token ?? '' };
  }

  /** A raw call of the token endpoint. */
  token(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.service.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: this.clientId, ...parameters }),
      headers,
    });
  }

  refresh(refreshToken: string): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Status of a call of the API with an access token. */
  async statusOf(accessToken: string): Promise<number> {
    return (await this.service.with(accessToken).get('/v1/identity/me')).status;
  }
}
