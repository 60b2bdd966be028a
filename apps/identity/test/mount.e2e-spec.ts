import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestService } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoSecretOf } from '../src/identity.module.js';
import { Links } from '../src/registrations/links.service.js';
import { aRegistration } from './identity.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let front: Server;
let host: string;

beforeAll(async () => {
  // As the gateway does in one process: it hands requests to the router of the service, which has another address of its own.
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
  it('serves the whole login under the public address', async () => {
    const console_ = await RelyingParty.of(service, 'console', host);
    const { access } = await console_.logIn(loginOf('auditor'));
    expect(decodeJwt(access).iss).toBe(`${host}/oidc`);
    const me = await fetch(`${host}/v1/identity/me`, { headers: { authorization: `Bearer ${access}` } });
    expect(me.status).toBe(200);
  });

  it('mails links to the public address, and shows the page behind them there', async () => {
    const { body } = await service.anonymous.post('/v1/identity/registrations', aRegistration());
    const link = await service.find(Links).address(body.id, 1);
    expect(link).toMatch(new RegExp(`^${host}/oidc/registration/${body.id}/1[.]`));
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  });

  it('refuses JSON where a form is needed, and bodies that are too large', async () => {
    const post = (body: string, type: string) => fetch(`${host}/oidc/token`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{}', 'application/json')).status).toBe(400);
    expect((await post(`grant_type=${'x'.repeat(100_000)}`, 'application/x-www-form-urlencoded')).status).toBeGreaterThanOrEqual(400);
    expect((await clientToken()).status).toBe(200);
  });

  it('says that it can be tried again when the database fails, and publishes its keys on', async () => {
    await service.query('ALTER TABLE oauth_clients RENAME TO oauth_clients_away');
    const failed = await clientToken();
    const keys = await fetch(`${host}/oidc/jwks`);
    await service.query('ALTER TABLE oauth_clients_away RENAME TO oauth_clients');
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await failed.json()).toEqual({ error: 'server_error', error_description: 'oops! something went wrong' });
    expect(keys.status).toBe(200);
    expect((await clientToken()).status).toBe(200);
  });

  it('says so, too, where only the session cannot be kept', async () => {
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

  it('answers an address that does not exist', async () => {
    expect((await fetch(`${host}/oidc/nothing-here`)).status).toBe(404);
    expect((await fetch(`${host}/oidc/me`)).status).toBe(404);
  });
});
