import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestService } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoSecretOf } from '../src/identity.module.js';
import { Links } from '../src/registrations/links.service.js';
import { aRegistration, password } from './identity.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let front: Server;
let host: string;

beforeAll(async () => {
  // Like the gateway in one process: it passes requests to the router of the service, whose own address differs.
  front = createServer((request, response) => service.running.route(request, response));
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  service = await startProvider(url => ({ CIEP_ISSUER: `${host}/oidc`, CIEP_JWKS_URL: `${url}/oidc/jwks` }));
});
afterAll(() => new Promise(resolve => front.close(resolve)));

const clientToken = () =>
  fetch(`${host}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:read' }),
    headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
  });

describe('the provider behind the gateway', () => {
  it('serves the whole login at the public address', async () => {
    const console_ = await RelyingParty.of(service, 'console', host);
    const { access } = await console_.logIn(loginOf('auditor'));
    expect(decodeJwt(access).iss).toBe(`${host}/oidc`);
    const me = await fetch(`${host}/v1/identity/me`, { headers: { authorization: `Bearer ${access}` } });
    expect(me.status).toBe(200);
  });

  it('mails links with the public address, and serves the page there', async () => {
    const { body } = await service.anonymous.post('/v1/identity/registrations', aRegistration());
    const link = await service.find(Links).address('registration', body.id, 1);
    expect(link).toMatch(new RegExp(`^${host}/oidc/registration/${body.id}/1[.]`));
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ password }) })).status).toBe(200);
  });

  it('refuses JSON where a form is needed, and bodies that are too large', async () => {
    const post = (body: string, type: string) => fetch(`${host}/oidc/token`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{}', 'application/json')).status).toBe(400);
    expect((await post(`grant_type=${'x'.repeat(100_000)}`, 'application/x-www-form-urlencoded')).status).toBeGreaterThanOrEqual(400);
    expect((await clientToken()).status).toBe(200);
  });

  it('answers with a retryable error if the database fails, and still publishes its keys', async () => {
    await service.query('ALTER TABLE oauth_clients RENAME TO oauth_clients_away');
    const failed = await clientToken();
    const keys = await fetch(`${host}/oidc/jwks`);
    await service.query('ALTER TABLE oauth_clients_away RENAME TO oauth_clients');
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await failed.json()).toEqual({ error: 'server_error', error_description: 'oops! something went wrong' });
    expect(keys.status).toBe(200);
    expect((await clientToken()).status).toBe(200);
  });

  it('does the same if only the session cannot be stored', async () => {
    const spa = await RelyingParty.of(service, 'console', host);
    const flow = await spa.begin();
    await service.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
       CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON oidc_payloads FOR EACH ROW WHEN (NEW.kind = 'Session') EXECUTE FUNCTION fail()`,
    );
    const shown = await spa.pass(flow.browser, flow.page, loginOf('auditor'));
    await service.query('DROP FUNCTION fail CASCADE');
    expect(shown.status).toBe(503);
    expect(shown.text).toContain('server_error');
    expect((await spa.logIn(loginOf('auditor'))).access).toBeDefined();
  });

  const nul = 'a\0b';

  it('refuses a NUL in the address of any request', async () => {
    for (const path of [
      'auth?client_id=%00',
      'auth?client_id=console&state=%00',
      'jwks?x=%00',
      'registration/%00/1',
      'interaction/%00',
      '%00',
    ])
      expect([path, (await fetch(`${host}/oidc/${path}`)).status]).toEqual([path, 400]);
  });

  it.each([
    'grant_type',
    'client_id',
    'client_secret',
    'scope',
    'code',
    'code_verifier',
    'redirect_uri',
    'refresh_token',
    'resource',
    'client_assertion',
  ])('refuses a NUL in the parameter %s of a token', async name => {
    const parameters = { grant_type: 'authorization_code', client_id: 'console', code: 'x', redirect_uri: 'x', [name]: nul };
    const answer = await fetch(`${host}/oidc/token`, { method: 'POST', body: new URLSearchParams(parameters) });
    expect([400, 401]).toContain(answer.status);
  });

  it('refuses a NUL in a client id and a token that come otherwise', async () => {
    const basic = `Basic ${Buffer.from(`${encodeURIComponent(nul)}:x`).toString('base64')}`;
    const post = (path: string, body: Record<string, string>, headers = {}) =>
      fetch(`${host}/oidc/${path}`, { method: 'POST', body: new URLSearchParams(body), headers, redirect: 'manual' });
    expect((await post('token', { grant_type: 'client_credentials' }, { authorization: basic })).status).toBe(400);
    expect((await post('token/revocation', { token: nul, client_id: 'console' })).status).toBeLessThan(500);
    expect((await post('auth', { client_id: nul })).status).toBe(405);
    const unsigned = [{ alg: 'none' }, { iss: nul, sub: nul, aud: nul }].map(part =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const ended = await fetch(`${host}/oidc/session/end?id_token_hint=${unsigned.join('.')}.`);
    expect(ended.status).toBe(400);
  });

  it.each([
    ['GET', 'token', 'OPTIONS, POST'],
    ['POST', 'auth', 'GET, HEAD'],
    ['DELETE', 'jwks', 'GET, HEAD'],
    ['PATCH', 'token', 'DELETE, GET, HEAD, OPTIONS, POST, PUT'],
    ['PUT', 'invitation/some/code', 'GET, HEAD, POST'],
    ['DELETE', 'interaction/some/organisation', 'POST'],
    ['GET', 'interaction/some/login', 'POST'],
    ['POST', 'mail-change/some/code/done', 'GET, HEAD'],
  ])('answers 405 to %s %s, and says what there is', async (method, path, allow) => {
    const answer = await fetch(`${host}/oidc/${path}`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });

  it('refuses a NUL in every field of its pages', async () => {
    const spa = await RelyingParty.of(service, 'console', host);
    for (const field of ['mail', 'password', 'proof']) {
      const { browser, page } = await spa.begin();
      expect([field, (await browser.submit(page, '/login', { mail: loginOf('auditor'), password: 'x', [field]: nul })).status]).toEqual([
        field,
        400,
      ]);
    }
    const { browser, page } = await spa.begin({ login_hint: 'x' });
    expect((await browser.submit(page, '/login', { mail: 'caf\u00e9@x.example', password: 'x' })).status).toBe(401);
  });

  it('asks for a check where PostgreSQL is the first to refuse a value', async () => {
    await service.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of range' USING ERRCODE = '22003'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON oidc_payloads FOR EACH ROW WHEN (NEW.kind = 'Interaction') EXECUTE FUNCTION refuse()`,
    );
    const spa = await RelyingParty.of(service, 'console', host);
    const { page } = await spa.begin();
    await service.query('DROP FUNCTION refuse CASCADE');
    expect([page.status, page.text.includes('invalid_request')]).toEqual([303, true]);
  });

  it('answers 404 for an unknown path', async () => {
    expect((await fetch(`${host}/oidc/nothing-here`)).status).toBe(404);
    expect((await fetch(`${host}/oidc/me`)).status).toBe(404);
  });
});
