import { createHash, randomBytes } from 'node:crypto';
import { apiScopes } from '@ciep/contracts';

/** The tokens of a logged-in person. */
export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
}

const redirectUri = 'http://localhost:3000/console/callback';
const scopes = apiScopes.join(' ');

/** A minimal browser: it follows redirects itself and keeps cookies. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async visit(url: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** The first form of a page: its action and its hidden fields. */
function formOf(html: string): { action: string; hidden: Record<string, string> } {
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
  const [form = ''] = /<form[^]*?<\/form>/.exec(html) ?? [];
  if (action === undefined) throw new Error(`there is no form on the page:\n${html.slice(0, 1_000)}`);
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return { action, hidden: Object.fromEntries(hidden) as Record<string, string> };
}

/** A logged-in person with a browser. */
export interface Session {
  readonly tokens: Tokens;
  /** Logs out over the confirmation page. */
  logOut(): Promise<void>;
}

/** What a person enters on the pages of a login. */
interface Entered {
  readonly mail: string;
  readonly password: string;
  /** Of an authenticator app, or a recovery code. */
  readonly code?: string | undefined;
}

/** Authorization code with PKCE through the login pages, as in a browser. Throws if a page refuses. */
export const logIn = async (url: string, mail: string, password: string, code?: string): Promise<Tokens> =>
  (await openSession(url, mail, password, code)).tokens;

/** The same, with a browser that stays open. */
export async function openSession(url: string, mail: string, password: string, code?: string): Promise<Session> {
  const browser = new Browser();
  const verifier = randomBytes(32).toString('base64url');
  const tokens = await exchange(url, await callbackOf(browser, url, verifier, { mail, password, code }), verifier);
  return { tokens, logOut: () => logOut(browser, url, tokens) };
}

/** The redirect address after the login. */
async function callbackOf(browser: Browser, url: string, verifier: string, { mail, password, code = '' }: Entered): Promise<URL> {
  const query = new URLSearchParams({
    client_id: 'console',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: `openid ${scopes}`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(8).toString('hex'),
  });
  let response = await browser.visit(`${url}/oidc/auth?${query.toString()}`);
  for (let step = 0; step < 10; step += 1) {
    const location = response.headers.get('location');
    if (location?.startsWith(redirectUri)) return new URL(location);
    if (location) {
      response = await browser.visit(new URL(location, url).href);
      continue;
    }
    const html = await response.text();
    if (response.status !== 200)
      throw new Error(
        `the login of ${mail} was refused (${response.status}): ${/role="alert">([^<]+)/.exec(html)?.[1] ?? html.slice(0, 500)}`,
      );
    const { action, hidden } = formOf(html);
    response = await browser.visit(new URL(action, url).href, {
      ...hidden,
      ...(html.includes('type="password"') && { mail, password }),
      ...(html.includes('autocomplete="one-time-code"') && { code }),
    });
  }
  throw new Error(`the login of ${mail} does not end`);
}

async function logOut(browser: Browser, url: string, { id_token }: Tokens): Promise<void> {
  const question = await browser.visit(`${url}/oidc/session/end?${new URLSearchParams({ id_token_hint: id_token }).toString()}`);
  const { action, hidden } = formOf(await question.text());
  const answer = await browser.visit(new URL(action, url).href, { ...hidden, logout: 'yes' });
  if (answer.status >= 400) throw new Error(`the logout was refused (${answer.status})`);
}

async function exchange(url: string, callback: URL, verifier: string): Promise<Tokens> {
  const code = callback.searchParams.get('code');
  if (code === null) throw new Error(`the login ended with ${callback.searchParams.get('error') ?? 'neither code nor error'}`);
  return tokenFrom(url, {
    grant_type: 'authorization_code',
    client_id: 'console',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

/** A token for a client itself. */
export const clientToken = (url: string, clientId: string, secret: string): Promise<Tokens> =>
  tokenFrom(
    url,
    { grant_type: 'client_credentials', scope: scopes },
    { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
  );

async function tokenFrom(url: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Tokens> {
  const response = await fetch(`${url}/oidc/token`, { method: 'POST', body: new URLSearchParams(form), headers });
  const answer = (await response.json()) as Tokens & { error?: string };
  if (!response.ok) throw new Error(`no token: ${answer.error ?? response.status}`);
  return answer;
}

/** Provides a token, and renews it shortly before it expires. */
export function renewed(get: () => Promise<Tokens>): () => Promise<string> {
  let present: { token: string; until: number } | undefined;
  return async () => {
    if (!present || present.until < Date.now()) {
      const { access_token, expires_in } = await get();
      present = { token: access_token, until: Date.now() + (expires_in - 30) * 1_000 };
    }
    return present.token;
  };
}
