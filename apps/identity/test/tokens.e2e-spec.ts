import { createHash, createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { grantRevoked, seeds, tokenRevoked } from '@ciep/contracts';
import { canonicalToken } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import * as oidc from 'openid-client';
import { demoPassword } from '../src/identity.module.js';
import { ProviderHost } from '../src/oidc/provider-host.service.js';
import { SigningKeys } from '../src/oidc/signing-keys.service.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';
import { aRoleGrant } from './role.factory.js';

const cooldownMs = 100;

let service: TestService;
let spa: RelyingParty;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider({ CIEP_JWKS_COOLDOWN_MS: String(cooldownMs) });
  spa = await RelyingParty.of(service, 'demo-spa');
  console_ = await RelyingParty.of(service, 'console');
});

const exhibitor = loginOf('organisation_admin');
const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error;
const tokensIn = async (answer: Response) => (await answer.json()) as { access_token: string; refresh_token: string };
/** How many events revoke this token's grant, or only the token. */
const revocations = async (accessToken: string) => {
  const { gid, jti } = decodeJwt(accessToken);
  const grants = await service.events(grantRevoked);
  const tokens = await service.events(tokenRevoked);
  return [grants.filter(event => event.gid === gid).length, tokens.filter(event => event.jti === jti).length];
};
/** Pretends that the token was used 11 seconds ago. */
const age = () => service.query(`UPDATE oidc_payloads SET consumed_at = consumed_at - interval '11 seconds' WHERE consumed_at IS NOT NULL`);

describe('a refresh token', () => {
  it('is changed for a new one, and the old one works no more once the new one is used', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const first = await console_.refresh(refresh);
    expect(first.status).toBe(200);
    const fresh = await tokensIn(first);
    expect(fresh.refresh_token).not.toBe(refresh);
    expect(await console_.statusOf(fresh.access_token)).toBe(200);
    expect((await console_.refresh(fresh.refresh_token)).status).toBe(200);
    const again = await console_.refresh(refresh);
    expect([again.status, await errorOf(again)]).toEqual([400, 'invalid_grant']);
  });

  it('whose answer was lost gets the same answer again, from the same client and for the same wish', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const first = (await (await console_.refresh(refresh)).json()) as Record<string, unknown>;
    const again = await console_.refresh(refresh);
    expect([again.status, await again.json()]).toEqual([200, first]);
    expect((await spa.refresh(refresh)).status).toBe(400);
    expect((await console_.token({ grant_type: 'refresh_token', refresh_token: refresh, scope: 'openid' })).status).toBe(400);
    const kept = await service.query<{ text: string }>(`SELECT payload::text AS text FROM oidc_payloads WHERE kind = 'RefreshAnswer'`);
    for (const secret of [first['refresh_token'], first['access_token'], first['id_token']])
      expect(kept.some(({ text }) => text.includes(String(secret)))).toBe(false);
  });

  it('whose answer was lost gets none when the login has ended since', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const { refresh_token: fresh } = await tokensIn(await console_.refresh(refresh));
    await fetch(`${service.url}/oidc/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'console', token: fresh }),
    });
    expect((await console_.refresh(refresh)).status).toBe(400);
  });

  it('revokes the whole grant if it is used again after more than ten seconds, access tokens included', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    const fresh = await tokensIn(await console_.refresh(refresh));
    await age();
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect((await console_.refresh(fresh.refresh_token)).status).toBe(400);
    expect([await console_.statusOf(access), await console_.statusOf(fresh.access_token)]).toEqual([401, 401]);
    expect(await revocations(access)).toEqual([1, 0]);
  });

  it('sent twenty times concurrently is exchanged exactly once, and the winner continues, fifty times in a row', async () => {
    let { refresh } = await console_.logIn(exhibitor);
    for (let round = 0; round < 50; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => console_.refresh(refresh)));
      const given = await Promise.all(answers.map(tokensIn));
      const told = new Set(given.map((tokens, at) => JSON.stringify([answers[at]?.status, tokens])));
      expect([round, [...told]]).toEqual([round, [expect.stringMatching(/^\[200,/)]]);
      const next = given[0] as { access_token: string; refresh_token: string };
      expect(await console_.statusOf(next.access_token)).toBe(200);
      refresh = next.refresh_token;
    }
  });

  it('negative control: is exchanged many times without the comparison in the database', async () => {
    // A trigger removes the mark, so every consumer believes to be the first.
    await service.query(`
      CREATE FUNCTION unmark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.consumed_at := NULL; RETURN NEW; END';
      CREATE TRIGGER unmark BEFORE UPDATE ON oidc_payloads FOR EACH ROW WHEN (NEW.kind = 'RefreshToken') EXECUTE FUNCTION unmark();`);
    const { refresh } = await console_.logIn(exhibitor);
    const answers = await Promise.all(Array.from({ length: 20 }, () => console_.refresh(refresh)));
    await service.query('DROP TRIGGER unmark ON oidc_payloads; DROP FUNCTION unmark');
    const given = await Promise.all(answers.filter(({ status }) => status === 200).map(tokensIn));
    expect(new Set(given.map(tokens => tokens.refresh_token)).size).toBeGreaterThan(1);
  });

  it.each([{ prompt: 'consent' }, {}])(
    'of a third party comes with offline_access, by consent, and outlives the logout: %j',
    async prompt => {
      const { refresh, browser } = await spa.logIn(exhibitor, { scope: 'openid offline_access identity:read', ...prompt });
      expect(refresh).not.toBe('');
      await browser.submit(await browser.open(`${service.url}/oidc/session/end`), '/session/end/confirm', { logout: 'yes' });
      expect((await spa.refresh(refresh)).status).toBe(200);
    },
  );

  it('of a third party is asked for each time, and never left out in silence', async () => {
    const scope = 'openid offline_access identity:read';
    expect((await spa.logIn(exhibitor, { scope: 'openid identity:read' })).refresh).toBe('');
    const { browser } = await spa.logIn(exhibitor, { scope });
    const again = await spa.begin({ scope }, browser);
    expect(again.page.text).toContain('/consent');
    const { refresh_token: refresh } = await spa.redeem(await browser.submit(again.page, '/consent'), again);
    expect(refresh).toBeDefined();
    const unseen = await spa.begin({ scope, prompt: 'none' }, browser);
    expect(unseen.page.left?.searchParams.get('error')).toBe('invalid_request');
  });

  it('is stored as a hash only', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const rows = await service.query<{ found: boolean }>(`SELECT payload::text LIKE '%' || $1 || '%' AS found FROM oidc_payloads`, [
      refresh,
    ]);
    expect(rows.some(({ found }) => found)).toBe(false);
    const hash = createHash('sha256').update(refresh).digest();
    expect(await service.query(`SELECT kind FROM oidc_payloads WHERE id_hash = $1`, [hash])).toEqual([{ kind: 'RefreshToken' }]);
  });

  it('is invalid for another client', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    expect(await errorOf(await spa.refresh(refresh))).toBe('invalid_grant');
    expect((await console_.refresh(refresh)).status).toBe(200);
  });
});

describe('an authorization code', () => {
  const codeFlow = async () => {
    const { browser, page, verifier } = await console_.begin();
    const shown = await browser.submit(page, '/login', { mail: exhibitor, password: demoPassword });
    const code = shown.left?.searchParams.get('code') ?? '';
    return { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: 'http://localhost:3000/console/callback' };
  };

  it('works once, even if it is sent ten times concurrently', async () => {
    const parameters = await codeFlow();
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await console_.token(parameters)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 400)]);
  });

  it('revokes its access tokens if it is used again after more than ten seconds', async () => {
    const parameters = await codeFlow();
    const { access_token: access } = await tokensIn(await console_.token(parameters));
    expect([await console_.statusOf(access), await revocations(access)]).toEqual([200, [0, 0]]);
    await age();
    expect((await console_.token(parameters)).status).toBe(400);
    expect([await console_.statusOf(access), await revocations(access)]).toEqual([401, [1, 0]]);
  });

  it('requires its verifier', async () => {
    const parameters = await codeFlow();
    expect(await errorOf(await console_.token({ ...parameters, code_verifier: oidc.randomPKCECodeVerifier() }))).toBe('invalid_grant');
    const { code_verifier: _none, ...without } = await codeFlow();
    expect((await console_.token(without)).status).toBe(400);
  });
});

describe('revocation', () => {
  const revoke = (token: string, clientId = 'console') =>
    fetch(`${service.url}/oidc/token/revocation`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, token }) });

  it('of a refresh token invalidates the access tokens at the next call', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    expect(await console_.statusOf(access)).toBe(200);
    expect((await revoke(refresh)).status).toBe(200);
    const refused = await service.with(access).get('/v1/identity/me');
    expect([refused.status, refused.body.code]).toEqual([401, 'token.revoked']);
    expect(refused.headers['www-authenticate']).toContain('invalid_token');
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect(await revocations(access)).toEqual([1, 0]);
    expect((await revoke(refresh)).status).toBe(200);
    expect(await revocations(access)).toEqual([1, 0]);
  });

  it('is published with the hash of the grant and the expiry of its tokens, never with a credential', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    const { gid, exp = 0 } = decodeJwt(access);
    await revoke(refresh);
    const events = await service.query<{ event: { data: { gid: string; expiresAt: string } }; key: string }>(
      'SELECT key, event FROM outbox WHERE type = $1',
      [grantRevoked.type],
    );
    const mine = events.filter(({ event }) => event.data.gid === gid);
    expect(mine).toHaveLength(1);
    expect(mine[0]?.event).toMatchObject({ source: '/identity', subject: mine[0]?.key, aggregateversion: 1 });
    expect(Date.parse(mine[0]?.event.data.expiresAt ?? '')).toBeGreaterThan(exp * 1_000);
    expect(JSON.stringify(mine)).not.toContain(refresh);
    const ids = await service.query<{ known: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM oidc_payloads p, outbox o WHERE o.event::text LIKE '%' || p.grant_id || '%') AS known`,
    );
    expect(ids).toEqual([{ known: false }]);
  });

  it('of an access token affects no other token', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    expect([(await revoke(access)).status, (await revoke(access)).status]).toEqual([200, 200]);
    expect(await console_.statusOf(access)).toBe(401);
    expect(await revocations(access)).toEqual([0, 1]);
    const { access_token: next } = await tokensIn(await console_.refresh(refresh));
    expect(await console_.statusOf(next)).toBe(200);
  });

  it('of an invalid or foreign token changes nothing', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    for (const token of [refresh, access]) expect((await revoke(token, 'demo-spa')).status).toBe(200);
    for (const token of ['nonsense', 'a.b.c', `${access}x`]) expect((await revoke(token)).status).toBe(200);
    expect(await console_.statusOf(access)).toBe(200);
    expect(await revocations(access)).toEqual([0, 0]);
    expect((await console_.refresh(refresh)).status).toBe(200);
  });
});

describe('logout', () => {
  it('asks first, then ends session and grant and returns to the client', async () => {
    const { browser, refresh, access, id_token: hint = '' } = await console_.logIn(exhibitor);
    const address = oidc.buildEndSessionUrl(console_.config, {
      id_token_hint: hint,
      post_logout_redirect_uri: 'http://localhost:3000/console',
      state: 'bye',
    });
    const question = await browser.open(address);
    expect(question.text).toContain('是否退出登录？');
    expect(question.text).not.toContain('<script');
    expect(await console_.statusOf(access)).toBe(200);
    const done = await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
    expect(done.left?.href).toBe('http://localhost:3000/console?state=bye');
    expect(await console_.statusOf(access)).toBe(401);
    expect(await revocations(access)).toEqual([1, 0]);
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect((await console_.begin({}, browser)).page.text).toContain('name="password"');
  });

  it('can be cancelled', async () => {
    const { browser, refresh } = await console_.logIn(exhibitor);
    const question = await browser.open(`${service.url}/oidc/session/end`);
    const stayed = await browser.submit(question, '/session/end/confirm');
    expect(stayed.text).toContain('您仍保持登录。');
    expect((await console_.refresh(refresh)).status).toBe(200);
  });

  it('is available in English, and needs no script when nobody is logged in', async () => {
    const browser = new FetchBrowser('en');
    const step = await browser.open(`${service.url}/oidc/session/end`);
    expect(step.text).toContain('Please press continue.');
    expect(step.text).not.toContain('<script');
    expect((await browser.submit(step, '/session/end/confirm')).text).toContain('You are logged out.');
  });

  it('redirects only to registered addresses', async () => {
    const shown = await new FetchBrowser('en').open(
      `${service.url}/oidc/session/end?client_id=console&post_logout_redirect_uri=https://evil.example/`,
    );
    expect([shown.status, shown.left]).toEqual([400, undefined]);
  });
});

describe('another person at the same browser', () => {
  it('takes over after a step without script', async () => {
    const { browser } = await console_.logIn(exhibitor);
    const flow = await console_.begin({ prompt: 'login' }, browser);
    const step = await browser.submit(flow.page, '/login', { mail: loginOf('auditor'), password: demoPassword });
    expect(step.text).toContain('请点击继续。');
    const tokens = await console_.redeem(await browser.submit(step, '/session/end/confirm'), flow);
    expect(decodeJwt(tokens.access_token)['roles']).toEqual(['auditor']);
  });
});

describe('a front-end on another origin', () => {
  const origin = 'http://localhost:5173';
  const preflight = (from: string) =>
    fetch(`${service.url}/oidc/token`, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it('may call the token endpoint', async () => {
    const allowed = await preflight(origin);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const { browser, page, verifier } = await spa.begin();
    const shown = await spa.pass(browser, page, exhibitor);
    const code = shown.left?.searchParams.get('code') ?? '';
    const parameters = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: `${origin}/callback` };
    const answer = await spa.token(parameters, { origin });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:3000'])('is refused: %s', async from => {
    const answer = await spa.token({ grant_type: 'refresh_token', refresh_token: 'x' }, { origin: from });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([400, null]);
  });

  it('may read discovery and keys', async () => {
    for (const path of ['.well-known/openid-configuration', 'jwks']) {
      const answer = await fetch(`${service.url}/oidc/${path}`, { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    }
  });
});

describe('an invalid access token', () => {
  const issuer = () => `${service.url}/oidc`;
  const publicKey = async () => ((await (await fetch(`${issuer()}/jwks`)).json()) as { keys: JWK[] }).keys[0] as JWK;
  const claims = (differences: object = {}) => ({
    iss: issuer(),
    aud: 'urn:ciep:api',
    sub: randomUUID(),
    client_id: 'console',
    kind: 'user',
    roles: ['platform_admin'],
    scope: 'identity:read',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 300,
    ...differences,
  });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const refusedCode = async (token: string) => {
    const { status, body } = await service.with(token).get('/v1/identity/me');
    return [status, body.code];
  };

  it('is refused: no algorithm', async () => {
    expect(await refusedCode(`${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims())}.`)).toEqual([401, 'token.invalid']);
  });

  it('is refused: signed with the public key as a shared secret', async () => {
    const jwk = await publicKey();
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const head = `${part({ alg: 'HS256', typ: 'at+jwt', kid: jwk.kid })}.${part(claims())}`;
    for (const secret of [pem, JSON.stringify(jwk)]) {
      expect(await refusedCode(`${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`)).toEqual([401, 'token.invalid']);
    }
  });

  it.each<[string, (kid: string) => Record<string, unknown>]>([
    ['a foreign key under our id', kid => ({ kid })],
    ['a foreign key under a path', () => ({ kid: '../../etc/passwd' })],
    ['a foreign key under a URL', () => ({ kid: 'https://evil.example/jwks', jku: 'https://evil.example/jwks' })],
    ['no key id', () => ({})],
  ])('is refused: %s', async (_what, header) => {
    const { privateKey, publicKey: foreign } = await generateKeyPair('ES256', { extractable: true });
    const kid = (await publicKey()).kid ?? '';
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', jwk: await exportJWK(foreign), ...header(kid) })
      .sign(privateKey);
    expect(await refusedCode(token)).toEqual([401, 'token.invalid']);
  });

  it('is refused: an id token, a truncated one, a changed one, none at all', async () => {
    const { access, id_token: idToken = '' } = await console_.logIn(exhibitor);
    const cut = access.slice(0, -6);
    const [head = '', body = '', signature = ''] = access.split('.');
    const forged = `${head}.${part({ ...decodeJwt(access), roles: ['platform_admin'] })}.${signature}`;
    for (const token of [idToken, cut, forged, 'x', `${head}.${body}`]) expect(await refusedCode(token)).toEqual([401, 'token.invalid']);
    expect((await service.anonymous.get('/v1/identity/me')).body.code).toBe('token.missing');
  });

  describe('signed with our key', () => {
    it.each<[string, object, Record<string, string>, string]>([
      ['expired', { exp: 1_600_000_000 }, {}, 'token.expired'],
      ['without an end', { exp: undefined }, {}, 'token.invalid'],
      ['of another issuer', { iss: 'https://evil.example/oidc' }, {}, 'token.invalid'],
      ['for another audience', { aud: 'https://elsewhere.example' }, {}, 'token.invalid'],
      ['of another type', {}, { typ: 'JWT' }, 'token.invalid'],
      ['for an unknown kind of holder', { kind: 'god' }, {}, 'token.invalid'],
    ])('is refused: %s', async (_what, differences, header, code) => {
      const { keys, currentKid } = await service.find(SigningKeys).load();
      const key = keys[0] as JWK;
      const token = await new SignJWT(claims(differences))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: currentKid, ...header })
        .sign(await importJWK(key, 'ES256'));
      expect(await refusedCode(canonicalToken(token))).toEqual([401, code]);
    });
  });
});

describe('the signing keys', () => {
  const host = () => service.find(ProviderHost);
  const keys = () => service.find(SigningKeys);
  const kids = async () => ((await (await fetch(`${service.url}/oidc/jwks`)).json()) as { keys: JWK[] }).keys.map(({ kid }) => kid);
  const kidOf = async () => decodeProtectedHeader((await console_.logIn(exhibitor)).access).kid;

  /** Every service fetches new keys once a minute; here an unknown key triggers the fetch, after its cool-down. */
  const servicesLook = async () => {
    await new Promise(resolve => setTimeout(resolve, cooldownMs + 50));
    const { privateKey } = await generateKeyPair('ES256');
    const stranger = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' }).sign(privateKey);
    expect(await console_.statusOf(stranger)).toBe(401);
  };

  it('rotate without a refused token', async () => {
    const old = await console_.logIn(exhibitor);
    const [first] = await kids();
    await keys().publishNext();
    await host().look();
    expect(await kids()).toHaveLength(2);
    expect(await kidOf()).toBe(first);
    await servicesLook();
    await keys().promoteNext();
    await host().look();
    const second = await kidOf();
    expect(second).not.toBe(first);
    expect((await kids()).toSorted()).toEqual([first, second].toSorted());
    expect(await console_.statusOf(old.access)).toBe(200);
    const { access_token: fresh } = await tokensIn(await console_.refresh(old.refresh));
    expect(await console_.statusOf(fresh)).toBe(200);
    await service.query(`UPDATE signing_keys SET changed_at = now() - interval '16 minutes' WHERE state = 'retired'`);
    await host().look();
    expect(await kids()).toEqual([second]);
  });

  it('rotate automatically when they are old', async () => {
    const [first] = await kids();
    await service.query(`UPDATE signing_keys SET changed_at = now() - interval '91 days'`);
    await host().look();
    expect(await kids()).toHaveLength(2);
    expect(await kidOf()).toBe(first);
    await service.query(`UPDATE signing_keys SET changed_at = now() - interval '11 minutes' WHERE state = 'next'`);
    await host().look();
    expect(await kidOf()).not.toBe(first);
  });

  it('are encrypted in the database, each bound to its own row', async () => {
    await keys().publishNext();
    const [row] = await service.query<{ text: string }>(`SELECT string_agg(encode(sealed, 'escape'), ' ') AS text FROM signing_keys`);
    expect(row?.text).not.toContain('"d"');
    await service.query(`UPDATE signing_keys SET sealed = (SELECT sealed FROM signing_keys WHERE state = 'current') WHERE state = 'next'`);
    await expect(keys().load()).rejects.toThrow('IDENTITY_KEY_ENCRYPTION_KEY does not open');
    await service.query(`DELETE FROM signing_keys WHERE state = 'next'`);
  });
});

describe('an ended membership', () => {
  it('leaves a token without organisation and roles, never with another organisation', async () => {
    const { refresh } = await console_.logIn(loginOf('zone_undertaker'));
    const [member] = await service.query<{ id: string; organisation_id: string }>(
      `SELECT m.id, m.organisation_id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.mail = $1`,
      [loginOf('zone_undertaker')],
    );
    await service.query(`UPDATE memberships SET organisation_id = $2 WHERE id = $1`, [member?.id, seeds.organizer]);
    await aRoleGrant(service, { login: loginOf('zone_undertaker'), organisationId: seeds.organizer, role: 'platform_admin' });
    const moved = decodeJwt((await tokensIn(await console_.refresh(refresh))).access_token);
    expect(moved['roles']).toEqual([]);
    expect(moved).not.toHaveProperty('organisation');
    const { access } = await console_.logIn(loginOf('zone_undertaker'));
    expect(decodeJwt(access)).toMatchObject({ organisation: seeds.organizer, roles: ['platform_admin'] });
    await service.query(`UPDATE memberships SET organisation_id = $2 WHERE id = $1`, [member?.id, member?.organisation_id]);
  });

  it('or a disabled account gets no more tokens', async () => {
    const { refresh } = await console_.logIn(loginOf('finance_clerk'));
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE mail = $1`, [loginOf('finance_clerk')]);
    expect((await console_.refresh(refresh)).status).toBe(400);
    const { browser, page } = await console_.begin();
    expect((await browser.submit(page, '/login', { mail: loginOf('finance_clerk'), password: demoPassword })).status).toBe(401);
  });
});
