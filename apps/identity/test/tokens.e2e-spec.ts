import { createHash, createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { grantRevoked, tokenRevoked } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import * as oidc from 'openid-client';
import { demoPassword } from '../src/identity.module.js';
import { ProviderHost } from '../src/oidc/provider-host.service.js';
import { SigningKeys } from '../src/oidc/signing-keys.service.js';
import { FetchBrowser } from './fetch-browser.factory.js';
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
const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error;
const tokensIn = async (answer: Response) => (await answer.json()) as { access_token: string; refresh_token: string };
/** How many facts tell the other services that this token's grant, or the token alone, is revoked. */
const told = async (accessToken: string) => {
  const { gid, jti } = decodeJwt(accessToken);
  const grants = await service.facts(grantRevoked);
  const tokens = await service.facts(tokenRevoked);
  return [grants.filter(fact => fact.gid === gid).length, tokens.filter(fact => fact.jti === jti).length];
};
/** As if the token had been used up 11 seconds ago. */
const age = () => service.query(`UPDATE oidc_payloads SET consumed_at = consumed_at - interval '11 seconds' WHERE consumed_at IS NOT NULL`);

describe('a refresh token', () => {
  it('is changed for a new one, and the old one works no more', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const first = await console_.refresh(refresh);
    expect(first.status).toBe(200);
    const fresh = await tokensIn(first);
    expect(fresh.refresh_token).not.toBe(refresh);
    expect(await console_.statusOf(fresh.access_token)).toBe(200);
    const again = await console_.refresh(refresh);
    expect([again.status, await errorOf(again)]).toEqual([400, 'invalid_grant']);
    expect((await console_.refresh(fresh.refresh_token)).status).toBe(200);
  });

  it('that is used again later than ten seconds ends the whole grant, access tokens included', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    const fresh = await tokensIn(await console_.refresh(refresh));
    await age();
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect((await console_.refresh(fresh.refresh_token)).status).toBe(400);
    expect([await console_.statusOf(access), await console_.statusOf(fresh.access_token)]).toEqual([401, 401]);
    expect(await told(access)).toEqual([1, 0]);
  });

  it('sent twenty times at once is changed exactly once, and the winner goes on, fifty times running', async () => {
    let { refresh } = await console_.logIn(exhibitor);
    for (let round = 0; round < 50; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => console_.refresh(refresh)));
      const winners = answers.filter(({ status }) => status === 200);
      expect([round, winners.length, answers.filter(({ status }) => status === 400).length]).toEqual([round, 1, 19]);
      const next = await tokensIn(winners[0] as Response);
      expect(await console_.statusOf(next.access_token)).toBe(200);
      refresh = next.refresh_token;
    }
  });

  it('would be changed many times without the comparison in the database', async () => {
    // Negative control: a trigger takes the mark off again, so every consumer believes to be the first.
    await service.query(`
      CREATE FUNCTION unmark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.consumed_at := NULL; RETURN NEW; END';
      CREATE TRIGGER unmark BEFORE UPDATE ON oidc_payloads FOR EACH ROW WHEN (NEW.kind = 'RefreshToken') EXECUTE FUNCTION unmark();`);
    const { refresh } = await console_.logIn(exhibitor);
    const answers = await Promise.all(Array.from({ length: 20 }, () => console_.refresh(refresh)));
    await service.query('DROP TRIGGER unmark ON oidc_payloads; DROP FUNCTION unmark');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(1);
  });

  it('of a third party comes with offline_access only, and outlives the logout', async () => {
    const { refresh, browser } = await spa.logIn(exhibitor, { scope: 'openid offline_access identity:read', prompt: 'consent' });
    expect(refresh).not.toBe('');
    await browser.submit(await browser.open(`${service.url}/oidc/session/end`), '/session/end/confirm', { logout: 'yes' });
    expect((await spa.refresh(refresh)).status).toBe(200);
  });

  it('stands in the database as a hash only', async () => {
    const { refresh } = await console_.logIn(exhibitor);
    const rows = await service.query<{ found: boolean }>(`SELECT payload::text LIKE '%' || $1 || '%' AS found FROM oidc_payloads`, [
      refresh,
    ]);
    expect(rows.some(({ found }) => found)).toBe(false);
    const hash = createHash('sha256').update(refresh).digest();
    expect(await service.query(`SELECT kind FROM oidc_payloads WHERE id_hash = $1`, [hash])).toEqual([{ kind: 'RefreshToken' }]);
  });

  it('is not for another client', async () => {
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

  it('works once, also when it is sent ten times at once', async () => {
    const parameters = await codeFlow();
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await console_.token(parameters)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 400)]);
  });

  it('that is used again later than ten seconds ends the access tokens it was changed for', async () => {
    const parameters = await codeFlow();
    const { access_token: access } = await tokensIn(await console_.token(parameters));
    expect([await console_.statusOf(access), await told(access)]).toEqual([200, [0, 0]]);
    await age();
    expect((await console_.token(parameters)).status).toBe(400);
    expect([await console_.statusOf(access), await told(access)]).toEqual([401, [1, 0]]);
  });

  it('needs its verifier', async () => {
    const parameters = await codeFlow();
    expect(await errorOf(await console_.token({ ...parameters, code_verifier: oidc.randomPKCECodeVerifier() }))).toBe('invalid_grant');
    const { code_verifier: _none, ...without } = await codeFlow();
    expect((await console_.token(without)).status).toBe(400);
  });
});

describe('revocation', () => {
  const revoke = (token: string, clientId = 'console') =>
    fetch(`${service.url}/oidc/token/revocation`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, token }) });

  it('of a refresh token ends the access tokens with the next call', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    expect(await console_.statusOf(access)).toBe(200);
    expect((await revoke(refresh)).status).toBe(200);
    const refused = await service.with(access).get('/v1/identity/me');
    expect([refused.status, refused.body.code]).toEqual([401, 'token.revoked']);
    expect(refused.headers['www-authenticate']).toContain('invalid_token');
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect(await told(access)).toEqual([1, 0]);
    expect((await revoke(refresh)).status).toBe(200);
    expect(await told(access)).toEqual([1, 0]);
  });

  it('is told with the mark of the grant and the end of its tokens, never with what would let somebody act', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    const { gid, exp = 0 } = decodeJwt(access);
    await revoke(refresh);
    const facts = await service.query<{ event: { data: { gid: string; expiresAt: string } }; key: string }>(
      'SELECT key, event FROM outbox WHERE type = $1',
      [grantRevoked.type],
    );
    const mine = facts.filter(({ event }) => event.data.gid === gid);
    expect(mine).toHaveLength(1);
    expect(mine[0]?.event).toMatchObject({ source: '/identity', subject: mine[0]?.key, aggregateversion: 1 });
    expect(Date.parse(mine[0]?.event.data.expiresAt ?? '')).toBeGreaterThan(exp * 1_000);
    expect(JSON.stringify(mine)).not.toContain(refresh);
    const ids = await service.query<{ known: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM oidc_payloads p, outbox o WHERE o.event::text LIKE '%' || p.grant_id || '%') AS known`,
    );
    expect(ids).toEqual([{ known: false }]);
  });

  it('of an access token ends it alone', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    expect([(await revoke(access)).status, (await revoke(access)).status]).toEqual([200, 200]);
    expect(await console_.statusOf(access)).toBe(401);
    expect(await told(access)).toEqual([0, 1]);
    const { access_token: next } = await tokensIn(await console_.refresh(refresh));
    expect(await console_.statusOf(next)).toBe(200);
  });

  it('of what is not a token, or not one of the client, changes nothing', async () => {
    const { refresh, access } = await console_.logIn(exhibitor);
    for (const token of [refresh, access]) expect((await revoke(token, 'demo-spa')).status).toBe(200);
    for (const token of ['nonsense', 'a.b.c', `${access}x`]) expect((await revoke(token)).status).toBe(200);
    expect(await console_.statusOf(access)).toBe(200);
    expect(await told(access)).toEqual([0, 0]);
    expect((await console_.refresh(refresh)).status).toBe(200);
  });
});

describe('logout', () => {
  it('asks first, then ends session and grant and goes back to the client', async () => {
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
    expect(await told(access)).toEqual([1, 0]);
    expect((await console_.refresh(refresh)).status).toBe(400);
    expect((await console_.begin({}, browser)).page.text).toContain('name="password"');
  });

  it('can be thought better of', async () => {
    const { browser, refresh } = await console_.logIn(exhibitor);
    const question = await browser.open(`${service.url}/oidc/session/end`);
    const stayed = await browser.submit(question, '/session/end/confirm');
    expect(stayed.text).toContain('您已退出登录。');
    expect((await console_.refresh(refresh)).status).toBe(200);
  });

  it('speaks English, and needs no script when nobody is logged in', async () => {
    const browser = new FetchBrowser('en');
    const step = await browser.open(`${service.url}/oidc/session/end`);
    expect(step.text).toContain('Please press continue.');
    expect(step.text).not.toContain('<script');
    expect((await browser.submit(step, '/session/end/confirm')).text).toContain('You are logged out.');
  });

  it('goes nowhere that is not registered', async () => {
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

  it('may ask the token endpoint', async () => {
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

  it.each(['https://evil.example', 'null', 'http://localhost:3000'])('is not %s', async from => {
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

describe('an access token that is not as it must be', () => {
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

  it('is refused: an id token, a cut one, another character, none at all', async () => {
    const { access, id_token: idToken = '' } = await console_.logIn(exhibitor);
    const cut = access.slice(0, -6);
    const [head = '', body = '', signature = ''] = access.split('.');
    const forged = `${head}.${part({ ...decodeJwt(access), roles: ['platform_admin'] })}.${signature}`;
    for (const token of [idToken, cut, forged, 'x', `${head}.${body}`]) expect(await refusedCode(token)).toEqual([401, 'token.invalid']);
    expect((await service.anonymous.get('/v1/identity/me')).body.code).toBe('token.missing');
  });

  describe('though our key signed it', () => {
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
      expect(await refusedCode(token)).toEqual([401, code]);
    });
  });
});

describe('the signing keys', () => {
  const host = () => service.find(ProviderHost);
  const keys = () => service.find(SigningKeys);
  const kids = async () => ((await (await fetch(`${service.url}/oidc/jwks`)).json()) as { keys: JWK[] }).keys.map(({ kid }) => kid);
  const kidOf = async () => decodeProtectedHeader((await console_.logIn(exhibitor)).access).kid;

  /** Every service looks for new keys once a minute; here an unknown key makes it look, which it does at most every five seconds. */
  const servicesLook = async () => {
    await new Promise(resolve => setTimeout(resolve, 5_100));
    const { privateKey } = await generateKeyPair('ES256');
    const stranger = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' }).sign(privateKey);
    expect(await console_.statusOf(stranger)).toBe(401);
  };

  it('change without a token being refused', async () => {
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

  it('change by themselves when they are old', async () => {
    const [first] = await kids();
    await service.query(`UPDATE signing_keys SET changed_at = now() - interval '91 days'`);
    await host().look();
    expect(await kids()).toHaveLength(2);
    expect(await kidOf()).toBe(first);
    await service.query(`UPDATE signing_keys SET changed_at = now() - interval '11 minutes' WHERE state = 'next'`);
    await host().look();
    expect(await kidOf()).not.toBe(first);
  });

  it('stand sealed in the database, each for its own row', async () => {
    await keys().publishNext();
    const [row] = await service.query<{ text: string }>(`SELECT string_agg(encode(sealed, 'escape'), ' ') AS text FROM signing_keys`);
    expect(row?.text).not.toContain('"d"');
    await service.query(`UPDATE signing_keys SET sealed = (SELECT sealed FROM signing_keys WHERE state = 'current') WHERE state = 'next'`);
    await expect(keys().load()).rejects.toThrow('IDENTITY_KEY_ENCRYPTION_KEY does not open');
    await service.query(`DELETE FROM signing_keys WHERE state = 'next'`);
  });
});

describe('a membership that ends', () => {
  it('leaves a token without organisation and roles, never with another organisation', async () => {
    const { refresh } = await console_.logIn(loginOf('zone_undertaker'));
    const [member] = await service.query<{ id: string; organisation_id: string }>(
      `SELECT m.id, m.organisation_id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.mail = $1`,
      [loginOf('zone_undertaker')],
    );
    await service.query(
      `UPDATE memberships SET organisation_id = '01860000-0000-7000-8000-0000000000a1', roles = '{platform_admin}' WHERE id = $1`,
      [member?.id],
    );
    const moved = decodeJwt((await tokensIn(await console_.refresh(refresh))).access_token);
    expect(moved['roles']).toEqual([]);
    expect(moved).not.toHaveProperty('organisation');
    const { access } = await console_.logIn(loginOf('zone_undertaker'));
    expect(decodeJwt(access)).toMatchObject({ organisation: '01860000-0000-7000-8000-0000000000a1', roles: ['platform_admin'] });
    await service.query(`UPDATE memberships SET organisation_id = $2, roles = '{zone_undertaker}' WHERE id = $1`, [
      member?.id,
      member?.organisation_id,
    ]);
  });

  it('and an account that is disabled get no tokens any more', async () => {
    const { refresh } = await console_.logIn(loginOf('finance_clerk'));
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE mail = $1`, [loginOf('finance_clerk')]);
    expect((await console_.refresh(refresh)).status).toBe(400);
    const { browser, page } = await console_.begin();
    expect((await browser.submit(page, '/login', { mail: loginOf('finance_clerk'), password: demoPassword })).status).toBe(401);
  });
});
