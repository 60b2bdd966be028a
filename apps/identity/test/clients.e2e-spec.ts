import { randomUUID } from 'node:crypto';
import { regionCodes, seeds } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { demoSecretOf } from '../src/identity.module.js';
import { ClientRepository } from '../src/clients/client.repository.js';
import { OauthClient } from '../src/clients/client.entity.js';
import { Database } from '@ciep/platform';
import { loginOf, notificationSecret, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let admin: ReturnType<TestService['with']>;

beforeAll(async () => {
  service = await startProvider();
  const console_ = await RelyingParty.of(service, 'console');
  admin = service.with((await console_.logIn(loginOf('platform_admin'))).access);
});

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const ask = (id: string, secret: string, scope?: string) =>
  fetch(`${service.url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
    headers: { authorization: basic(id, secret) },
  });
const tokenOf = async (answer: Response) => ((await answer.json()) as { access_token: string }).access_token;

describe('a portal', () => {
  it('gets tokens for its own region', async () => {
    const answer = await ask('portal-210000', demoSecretOf('portal-210000'), 'exhibition:read exhibition:write identity:read');
    expect(answer.status).toBe(200);
    const token = await tokenOf(answer);
    expect(decodeJwt(token)).toMatchObject({
      sub: 'portal-210000',
      client_id: 'portal-210000',
      aud: 'urn:ciep:api',
      kind: 'client',
      region: '210000',
      roles: ['province_partner'],
      organisation: seeds.partnerOf('210000'),
      scope: 'exhibition:read exhibition:write identity:read',
    });
    const me = await service.with(token).get('/v1/identity/me');
    expect(me.body).toMatchObject({
      kind: 'client',
      id: 'portal-210000',
      account: null,
      regionCode: '210000',
      roles: ['province_partner'],
      organisation: { id: seeds.partnerOf('210000') },
    });
  });

  it('exists for each of the 45 regions', async () => {
    const answers = await Promise.all(regionCodes.map(code => ask(`portal-${code}`, demoSecretOf(`portal-${code}`), 'exhibition:read')));
    const regions = await Promise.all(answers.map(async answer => decodeJwt(await tokenOf(answer))['region']));
    expect(regions).toEqual(regionCodes);
    expect(regions).toHaveLength(45);
  });

  it('gets a token without any scope by default, which gives no access', async () => {
    const token = await tokenOf(await ask('portal-210000', demoSecretOf('portal-210000')));
    expect(decodeJwt(token)).not.toHaveProperty('scope');
    expect((await service.with(token).get('/v1/identity/me')).body.code).toBe('scope.missing');
  });

  it('gets no scope that is not registered for it', async () => {
    const token = await tokenOf(await ask('back-office', demoSecretOf('back-office'), 'identity:read identity:write internal:read'));
    expect(decodeJwt(token)['scope']).toBe('identity:read');
    const patch = await service.with(token).patch(`/v1/identity/organisations/${seeds.organizer}`, {}, { ifMatch: 1 });
    expect([patch.status, patch.body.code]).toEqual([403, 'scope.missing']);
  });

  it.each<[string, string, string]>([
    ['a wrong secret', 'portal-210000', 'wrong'],
    ["another portal's secret", 'portal-210000', demoSecretOf('portal-220000')],
    ['the placeholder of the schema', 'portal-210000', 'see live_secrets'],
    ['an unknown client', 'portal-000000', 'wrong'],
    ['a public client without a secret', 'console', 'anything'],
  ])('is refused with %s', async (_what, id, secret) => {
    const answer = await ask(id, secret, 'exhibition:read');
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([401, 'invalid_client']);
  });

  it('is refused if it is disabled', async () => {
    const secret = demoSecretOf('portal-650000');
    const token = await tokenOf(await ask('portal-650000', secret, 'identity:read'));
    const { body: found } = await admin.get('/v1/identity/clients', { query: { q: 'portal-650000' } });
    const { id, version } = found.items[0] as { id: string; version: number };
    const path = `/v1/identity/clients/${id}`;

    const disabled = await admin.post(`${path}/disable`, undefined, { ifMatch: version });
    expect([disabled.status, disabled.body.status, disabled.headers['etag']]).toEqual([200, 'disabled', `"${version + 1}"`]);
    expect((await ask('portal-650000', secret)).status).toBe(401);
    expect((await service.with(token).get('/v1/identity/me')).status).toBe(200);
    expect((await admin.post(`${path}/enable`, undefined, { ifMatch: version })).status).toBe(412);
    expect((await admin.post(`${path}/enable`, undefined, { ifMatch: version + 1 })).body).toMatchObject({ status: 'active' });
    expect((await ask('portal-650000', secret)).status).toBe(200);

    const { body: trail } = await admin.get('/v1/identity/audit-entries', { query: { aggregateId: id } });
    expect((trail.items as object[]).slice(0, 2)).toMatchObject([
      { action: 'client:switch', changes: { status: { before: 'disabled', after: 'active' } } },
      { action: 'client:switch', changes: { status: { before: 'active', after: 'disabled' } } },
    ]);
  });

  it('can be disabled by the platform administrator only, with the current version, once', async () => {
    const { body: found } = await admin.get('/v1/identity/clients', { query: { q: 'portal-640000' } });
    const { id, version } = found.items[0] as { id: string; version: number };
    const path = `/v1/identity/clients/${id}/disable`;
    const portal = service.with(await tokenOf(await ask('portal-640000', demoSecretOf('portal-640000'), 'identity:read identity:write')));
    expect((await portal.post(path, undefined, { ifMatch: version })).body.code).toBe('permission.missing');
    expect((await service.anonymous.post(path, undefined, { ifMatch: version })).status).toBe(401);
    expect((await admin.post(path)).status).toBe(428);
    expect((await admin.post(`/v1/identity/clients/${randomUUID()}/disable`, undefined, { ifMatch: 1 })).status).toBe(404);

    const both = await Promise.all([1, 2].map(() => admin.post(path, undefined, { ifMatch: version })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const key = 'enabling-key-00001';
    const enable = () => admin.post(`/v1/identity/clients/${id}/enable`, undefined, { ifMatch: version + 1, key });
    const [first, again] = [await enable(), await enable()];
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
  });

  it('accepts no login while it is disabled, if it is a front end', async () => {
    const spa = await RelyingParty.of(service, 'demo-spa');
    const { refresh = '' } = await spa.logIn(loginOf('organisation_admin'));
    await service.query(`UPDATE oauth_clients SET status = 'disabled' WHERE client_id = 'demo-spa'`);
    const answer = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'demo-spa', refresh_token: refresh }),
    });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([401, 'invalid_client']);
    await service.query(`UPDATE oauth_clients SET status = 'active' WHERE client_id = 'demo-spa'`);
  });
});

describe('a secret', () => {
  const clientOf = async (clientId: string) => {
    const { body } = await admin.get('/v1/identity/clients', { query: { q: clientId } });
    return body.items[0] as { id: string; version: number; liveSecrets: number; lastUsedAt: string | null };
  };

  it('can be rotated with an overlap in which both are valid', async () => {
    const old = demoSecretOf('portal-330000');
    const client = await clientOf('portal-330000');
    expect(client).toMatchObject({ liveSecrets: 1 });
    const path = `/v1/identity/clients/${client.id}/rotate-secret`;
    const key = 'rotation-key-00001';
    const rotated = await admin.post(path, { overlapHours: 24 }, { ifMatch: client.version, key });
    expect(rotated.status).toBe(200);
    const { secret, oldUntil } = rotated.body as { secret: string; oldUntil: string };
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(Date.parse(oldUntil) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect([(await ask('portal-330000', old)).status, (await ask('portal-330000', secret)).status]).toEqual([200, 200]);
    expect(await clientOf('portal-330000')).toMatchObject({ liveSecrets: 2, version: client.version + 1, lastUsedAt: expect.any(String) });
    const again = await service.query<{ body: string }>(`SELECT body FROM idempotency_keys WHERE key = $1`, [key]);
    expect(again[0]?.body).not.toContain(secret);
    await service.query(`UPDATE oauth_client_secrets SET retire_at = now() WHERE client_id = 'portal-330000' AND retire_at IS NOT NULL`);
    expect([(await ask('portal-330000', old)).status, (await ask('portal-330000', secret)).status]).toEqual([401, 200]);
  });

  it('is stored as a hash only', async () => {
    const rows = await service.query<{ text: string }>(
      `SELECT (SELECT string_agg(c::text, ' ') FROM oauth_clients c) || (SELECT string_agg(s::text, ' ') FROM oauth_client_secrets s) || (SELECT string_agg(a::text, ' ') FROM audit_entries a) AS text`,
    );
    expect(rows[0]?.text).not.toContain('-demo-secret-');
  });

  it('can be rotated by the platform administrator only, with the current version of the client', async () => {
    const { id, version } = await clientOf('portal-340000');
    const path = `/v1/identity/clients/${id}/rotate-secret`;
    const portal = service.with(await tokenOf(await ask('portal-340000', demoSecretOf('portal-340000'), 'identity:read identity:write')));
    expect((await portal.post(path, { overlapHours: 1 }, { ifMatch: version })).body.code).toBe('permission.missing');
    expect((await portal.get('/v1/identity/clients')).status).toBe(403);
    expect((await service.anonymous.get('/v1/identity/clients')).status).toBe(401);
    expect((await admin.post(path, { overlapHours: 1 })).status).toBe(428);
    expect((await admin.post(path, { overlapHours: 1 }, { ifMatch: version + 1 })).status).toBe(412);
    expect((await admin.post(path, { overlapHours: -1 }, { ifMatch: version })).status).toBe(422);
    expect((await admin.post(`/v1/identity/clients/${randomUUID()}/rotate-secret`, { overlapHours: 1 }, { ifMatch: 1 })).status).toBe(404);
    const { id: publicId, version: publicVersion } = await clientOf('demo-spa');
    const refused = await admin.post(`/v1/identity/clients/${publicId}/rotate-secret`, { overlapHours: 1 }, { ifMatch: publicVersion });
    expect([refused.status, refused.body.code]).toEqual([409, 'client.without_secret']);
    expect((await admin.get(`/v1/identity/clients/${publicId}`)).body).toMatchObject({
      clientId: 'demo-spa',
      redirectUris: ['http://localhost:5173/callback'],
      liveSecrets: 0,
    });
    expect((await admin.get(`/v1/identity/clients/${randomUUID()}`)).status).toBe(404);
  });

  it('appears for a portal in the list by region', async () => {
    const { body } = await admin.get('/v1/identity/clients', { query: { regionCode: '210000,330000', count: true } });
    expect(body.items.map(({ clientId }: { clientId: string }) => clientId)).toEqual(['portal-210000', 'portal-330000']);
    expect(body.total).toBe(2);
  });
});

describe('a client with its own key', () => {
  let privateKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    privateKey = pair.privateKey;
    const client = OauthClient.of({
      clientId: 'portal-with-key',
      name: { zh: '密钥门户', en: 'Portal with a key' },
      authMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
      apiScopes: ['identity:read'],
      jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] },
      organisationId: seeds.partnerOf('410000'),
      regionCode: '410000',
      roles: ['province_partner'],
    });
    await service.find(Database).transaction(tx => service.find(ClientRepository).in(tx).insert(client));
  });

  const assertion = (key: CryptoKey, jti: string = randomUUID()) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer('portal-with-key')
      .setSubject('portal-with-key')
      .setAudience(`${service.url}/oidc`)
      .setJti(jti)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);
  const askWith = (signed: string) =>
    fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'identity:read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: signed,
      }),
    });

  it('authenticates with a signed assertion', async () => {
    const answer = await askWith(await assertion(privateKey));
    expect(answer.status).toBe(200);
    expect(decodeJwt(await tokenOf(answer))).toMatchObject({ region: '410000', kind: 'client' });
  });

  it('can use an assertion once, even if it is sent ten times concurrently', async () => {
    const signed = await assertion(privateKey);
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await askWith(signed)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
    expect((await askWith(signed)).status).toBe(401);
  });

  it('is refused with another key', async () => {
    const { privateKey: foreign } = await generateKeyPair('ES256');
    expect((await askWith(await assertion(foreign))).status).toBe(401);
  });
});

describe("the platform's own services", () => {
  it('get tokens for internal routes, from the settings', async () => {
    const answer = await ask('notification', notificationSecret, 'internal:read');
    const token = await tokenOf(answer);
    expect(decodeJwt(token)).toMatchObject({ kind: 'service', roles: ['service'], scope: 'internal:read', sub: 'notification' });
    const internal = async (path: string) => {
      const response = await fetch(`${service.url}/internal/${path}`, { headers: { authorization: `Bearer ${token}` } });
      return [response.status, await response.json()] as const;
    };
    expect(await internal('contacts?regionCode=210000')).toEqual([
      200,
      { items: [{ mail: 'partner-210000@demo.ciep.example', language: 'zh', name: '示例联系人' }] },
    ]);
    expect(await internal(`organisations/${seeds.partnerOf('210000')}`)).toEqual([
      200,
      { name: { zh: '辽宁科技厅（委、局）（示例）', en: 'Liaoning science and technology department (demo)' } },
    ]);
    expect((await service.with(token).get('/v1/identity/me')).status).toBe(403);
  });

  it('may name the API that they request a token for, and no other', async () => {
    const named = (resource: string) =>
      fetch(`${service.url}/oidc/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'internal:read', resource }),
        headers: { authorization: basic('notification', notificationSecret) },
      });
    expect(decodeJwt(await tokenOf(await named('urn:ciep:api')))).toMatchObject({ aud: 'urn:ciep:api', scope: 'internal:read' });
    expect(((await (await named('https://elsewhere.example/')).json()) as { error: string }).error).toBe('invalid_target');
  });

  it('are refused with another secret', async () => {
    expect((await ask('notification', 'not-the-secret-of-it')).status).toBe(401);
  });
});
