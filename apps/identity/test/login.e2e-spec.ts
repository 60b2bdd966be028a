import { seeds } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { demoPassword } from '../src/identity.module.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aMail, aRegistration, password } from './identity.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let spa: RelyingParty;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider();
  spa = await RelyingParty.of(service, 'demo-spa');
  console_ = await RelyingParty.of(service, 'console');
});

const exhibitor = loginOf('organisation_admin');

describe('discovery', () => {
  it('lists the endpoints below the issuer, whatever the headers of the request', async () => {
    const answer = await fetch(`${service.url}/oidc/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    const document = (await answer.json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: `${service.url}/oidc`,
      authorization_endpoint: `${service.url}/oidc/auth`,
      token_endpoint: `${service.url}/oidc/token`,
      jwks_uri: `${service.url}/oidc/jwks`,
      end_session_endpoint: `${service.url}/oidc/session/end`,
      revocation_endpoint: `${service.url}/oidc/token/revocation`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect(document).not.toHaveProperty('userinfo_endpoint');
  });

  it('publishes keys without their private part', async () => {
    const { keys } = (await (await fetch(`${service.url}/oidc/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(keys[0]).not.toHaveProperty('d');
  });
});

describe('the login of a third-party front-end', () => {
  it('leads over login and consent page to valid tokens', async () => {
    const { browser, page, ...flow } = await spa.begin();
    expect(page.status).toBe(200);
    expect(page.text).toContain('<html lang="zh-CN">');
    expect(page.text).toContain('第三方前端（示例）');
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).not.toContain('form-action');
    const consent = await browser.submit(page, '/login', { mail: exhibitor.toUpperCase(), password: demoPassword });
    expect(consent.text).toContain('授权确认');
    expect(consent.text).toContain('查看和修改账号与机构信息');
    const tokens = await spa.redeem(await browser.submit(consent, '/consent'), flow);
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: `${service.url}/oidc`,
      aud: 'urn:ciep:api',
      client_id: 'demo-spa',
      kind: 'user',
      roles: ['organisation_admin'],
      organisation: '01860000-0000-7000-8000-0000d0000001',
      scope: 'identity:read identity:write',
      gid: expect.any(String),
    });
    expect(claims).not.toHaveProperty('region');
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
    expect(tokens.claims()).toMatchObject({ sub: claims.sub, name: '参展商', email: exhibitor, locale: 'zh' });
    expect(tokens.refresh_token).toBeUndefined();
    const me = await service.with(tokens.access_token).get('/v1/identity/me');
    expect(me.body).toMatchObject({
      kind: 'user',
      id: claims.sub,
      clientId: 'demo-spa',
      account: { mail: exhibitor, name: '参展商' },
      organisation: { id: '01860000-0000-7000-8000-0000d0000001', regionCode: '210000' },
      regionCode: null,
      roles: ['organisation_admin'],
      scopes: ['identity:read', 'identity:write'],
      permissions: expect.arrayContaining(['organisation:change', 'organisation:read']),
    });
  });

  it('is in English if the browser or the client requests it', async () => {
    const english = await spa.begin({}, new FetchBrowser('en-GB'));
    expect(english.page.text).toContain('Log in to continue to');
    const asked = await spa.begin({ ui_locales: 'en' }, new FetchBrowser('zh-CN'));
    expect(asked.page.text).toContain('<html lang="en">');
    const consent = await asked.browser.submit(asked.page, '/login', { mail: exhibitor, password: demoPassword });
    expect(consent.text).toContain('read and change: account and organisation');
  });

  it('asks for consent once', async () => {
    const { browser } = await spa.logIn(exhibitor);
    const again = await spa.begin({}, browser);
    expect(again.page.left?.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('lets the person refuse', async () => {
    const { browser, page, state } = await spa.begin();
    const consent = await browser.submit(page, '/login', { mail: exhibitor, password: demoPassword });
    const refused = await browser.submit(consent, '/abort');
    expect(Object.fromEntries(refused.left?.searchParams ?? [])).toMatchObject({ error: 'access_denied', state });
  });

  it('continues in a second tab that was open before the login', async () => {
    const browser = new FetchBrowser();
    const [one, two] = [await spa.begin({}, browser), await spa.begin({}, browser)];
    expect((await spa.pass(browser, one.page, exhibitor)).left).toBeDefined();
    const second = await browser.submit(two.page, '/login', { mail: exhibitor, password: demoPassword });
    expect((await spa.redeem(second, two)).access_token).toEqual(expect.any(String));
  });
});

describe('the first-party console', () => {
  it('needs no consent and gets a refresh token', async () => {
    const { browser, page, ...flow } = await console_.begin({ scope: 'openid identity:read exhibition:write' });
    const shown = await browser.submit(page, '/login', { mail: loginOf('shenzhen_working_group'), password: demoPassword });
    const tokens = await console_.redeem(shown, flow);
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      roles: ['shenzhen_working_group'],
      organisation: seeds.organizer,
      scope: 'identity:read exhibition:write',
    });
    expect(tokens.refresh_token).toEqual(expect.any(String));
  });

  it('may request a silent login, and gets an error if nobody is logged in', async () => {
    const { page } = await console_.begin({ prompt: 'none' });
    expect(page.left?.searchParams.get('error')).toBe('login_required');
    const { browser } = await console_.logIn(exhibitor);
    const silent = await console_.begin({ prompt: 'none' }, browser);
    expect(silent.page.left?.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('gets only its own scopes', async () => {
    const { access } = await console_.logIn(exhibitor, { scope: 'openid internal:read everything identity:read' });
    expect(decodeJwt(access)['scope']).toBe('identity:read');
  });
});

describe('the pages refuse', () => {
  it('a wrong password and an unknown person with the same message', async () => {
    const { browser, page } = await spa.begin();
    const answers = [
      await browser.submit(page, '/login', { mail: exhibitor, password: 'wrong password' }),
      await browser.submit(page, '/login', { mail: 'nobody@example.org', password: 'wrong password' }),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(401);
      expect(text).toContain('邮箱或密码不正确。');
    }
    const strip = (text: string) => text.replaceAll(/value="[^"]*"/g, '');
    expect(strip(answers[0]?.text ?? '')).toBe(strip(answers[1]?.text ?? ''));
    expect((await spa.pass(browser, answers[1] ?? page, exhibitor)).left).toBeDefined();
  });

  it('input with markup, and show it escaped', async () => {
    const { browser, page } = await spa.begin();
    const { text } = await browser.submit(page, '/login', { mail: '"><script>alert(1)</script>', password: 'x' });
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;');
  });

  it('somebody whose mail address is not proven, like everybody unknown, with a button to mail the link again', async () => {
    const form = aRegistration({ password });
    await service.anonymous.post('/v1/identity/registrations', form);
    const { browser, page } = await spa.begin();
    const refused = await browser.submit(page, '/login', { mail: form.contact.mail, password });
    const unknown = await browser.submit(page, '/login', { mail: aMail(), password });
    expect([refused.status, unknown.status]).toEqual([401, 401]);
    expect(refused.text).toContain('先打开我们发送的邮件');
    const sent = await browser.submit(refused, '/link');
    const sentToNobody = await browser.submit(unknown, '/link');
    expect([sent.status, sent.text]).toEqual([200, sentToNobody.text]);
    await service.runJobs();
    expect(await service.query('SELECT links FROM registrations WHERE mail = $1', [form.contact.mail])).toEqual([{ links: 2 }]);
  });

  it('a foreign form, or one from another site or browser', async () => {
    const { browser, page } = await spa.begin();
    const fields = { mail: exhibitor, password: demoPassword };
    expect((await browser.submit(page, '/login', { ...fields, proof: 'forged' })).status).toBe(403);
    expect((await browser.submit(page, '/login', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const stranger = await new FetchBrowser('en').submit(page, '/login', fields);
    expect([stranger.status, stranger.text]).toEqual([400, expect.stringContaining('This page has expired')]);
    expect((await browser.submit(page, '/login', fields)).text).toContain('授权确认');
  });

  it('JSON, and a form that is too large', async () => {
    const { browser, page } = await spa.begin();
    const post = (body: string, type: string) =>
      browser.open(`${page.url}/login`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{}', 'application/json')).status).toBe(415);
    expect((await post(`mail=${'a'.repeat(20_000)}`, 'application/x-www-form-urlencoded')).status).toBe(413);
  });

  it('a page without a flow', async () => {
    const lost = await new FetchBrowser('en').open(`${service.url}/oidc/interaction/unknown`);
    expect([lost.status, lost.text]).toEqual([400, expect.stringContaining('start again')]);
  });

  it.each<[string, Record<string, string>]>([
    ['a client that does not exist', { client_id: 'nobody' }],
    ['a place to go back to that is not registered', { redirect_uri: 'https://evil.example/callback' }],
  ])('%s, on a page of ours', async (_what, parameters) => {
    const { page } = await spa.begin(parameters, new FetchBrowser('en'));
    expect(page.left).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.text).toContain('Cannot continue');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('a flow without PKCE', async () => {
    const address = new URL(
      `${service.url}/oidc/auth?client_id=demo-spa&response_type=code&scope=openid&redirect_uri=http://localhost:5173/callback`,
    );
    const shown = await new FetchBrowser().open(address);
    expect(shown.left?.searchParams.get('error')).toBe('invalid_request');
  });
});
