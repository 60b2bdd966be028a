import { randomUUID } from 'node:crypto';
import { applicationConfirmed, applicationSubmitted, invoicePaid } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { clientSecret, urls } from './services.factory.js';
import { exhibitor, organizer, partner } from './notification.factory.js';

const path = '/v1/notification/webhooks';
const body = { url: 'https://8.8.8.8/hook', description: 'our portal', eventTypes: [applicationConfirmed.type] };
let service: TestService;

beforeAll(async () => {
  service = await startService(notification, {
    settings: { ...urls('http://127.0.0.1:9'), NOTIFICATION_CLIENT_SECRET: clientSecret },
  });
});

const created = async (caller = exhibitor(), given: object = {}) => {
  const api = service.as(caller);
  const { body: webhook } = await api.post(path, { ...body, ...given });
  return { api, webhook, at: `${path}/${webhook.id}` };
};

describe('webhooks', () => {
  it('creates an endpoint and shows its secret once', async () => {
    const api = service.as(exhibitor());
    const key = `create-${randomUUID()}`;
    const first = await api.post(path, body, { key });
    expect(first).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(first.body).toMatchObject({
      ...body,
      version: 1,
      audience: 'organisation',
      regionCode: null,
      status: 'enabled',
      disabledBy: null,
      previousSecretUntil: null,
    });
    expect(first.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);

    const repeated = await api.post(path, body, { key });
    const { secret, ...withoutSecret } = first.body;
    expect(repeated).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect(repeated.body).toEqual(withoutSecret);
    expect((await api.get(`${path}/${first.body.id}`)).body).toEqual(withoutSecret);
    expect((await api.get(path)).body.items).toEqual([withoutSecret]);
    const [row] = await service.query('SELECT * FROM webhooks WHERE id = $1', [first.body.id]);
    expect(JSON.stringify(row)).not.toContain(secret.slice('whsec_'.length));
    expect(JSON.stringify(await service.query('SELECT * FROM audit_entries'))).not.toMatch(/whsec_|8\.8\.8\.8|v1\./);
    expect(JSON.stringify(await service.query('SELECT * FROM idempotency_keys'))).not.toContain('whsec_');
  });

  it('needs an Idempotency-Key to create and to rotate', async () => {
    const { api, at } = await created();
    expect(await api.post(path, body, { key: false })).toMatchObject({ status: 400, body: { code: 'idempotency.key_required' } });
    expect(await api.post(`${at}/rotate-secret`, {}, { key: false, ifMatch: 1 })).toMatchObject({ status: 400 });
  });

  it('lets the owner decide the audience: all, its region, or its own applications', async () => {
    expect((await created(organizer())).webhook).toMatchObject({ audience: 'everything', regionCode: null });
    expect((await created(partner('210000'))).webhook).toMatchObject({ audience: 'region', regionCode: '210000' });
    expect((await created(exhibitor())).webhook).toMatchObject({ audience: 'organisation', regionCode: null });
    const { regionCode: _, ...unbound } = partner('210000');
    expect(await service.as(unbound).post(path, body)).toMatchObject({ status: 403, body: { code: 'webhook.no_region' } });
    const { organisationId: __, ...nobody } = exhibitor();
    expect((await service.as(nobody).post(path, body)).status).toBe(403);
  });

  it('changes url, description and types with If-Match', async () => {
    const { api, at } = await created();
    const change = { url: 'https://1.1.1.1:8443/new', description: '', eventTypes: [invoicePaid.type, applicationSubmitted.type] };
    expect((await api.patch(at, change)).status).toBe(428);
    expect(await api.patch(at, change, { ifMatch: 1 })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { ...change, version: 2 },
    });
    expect((await api.patch(at, change, { ifMatch: 1 })).status).toBe(412);
    expect((await api.patch(at, { description: 'only this' }, { ifMatch: 2 })).body).toMatchObject({ ...change, description: 'only this' });
    expect(await api.patch(at, { url: 'https://10.0.0.1/' }, { ifMatch: 3 })).toMatchObject({
      status: 422,
      body: { code: 'webhook.url_refused' },
    });
    expect((await api.get(at)).body).toMatchObject({ url: change.url, version: 3 });
  });

  it('disables and enables, and filters the list by status', async () => {
    const { api, at, webhook } = await created();
    expect((await api.post(`${at}/disable`, {})).status).toBe(428);
    expect((await api.post(`${at}/disable`, {}, { ifMatch: 1 })).body).toMatchObject({
      status: 'disabled',
      disabledBy: 'owner',
      version: 2,
    });
    await api.post(path, body);
    expect((await api.get(`${path}?status=disabled&count=true`)).body).toMatchObject({ total: 1, items: [{ id: webhook.id }] });
    expect((await api.get(`${path}?status=enabled,disabled&count=true`)).body).toMatchObject({ total: 2 });
    expect((await api.post(`${at}/enable`, {}, { ifMatch: 1 })).status).toBe(412);
    expect((await api.post(`${at}/enable`, {}, { ifMatch: 2 })).body).toMatchObject({ status: 'enabled', disabledBy: null });
  });

  it('deletes with If-Match', async () => {
    const { api, at } = await created();
    expect((await api.delete(at)).status).toBe(428);
    expect((await api.delete(at, { ifMatch: 9 })).status).toBe(412);
    expect((await api.delete(at, { ifMatch: 1 })).status).toBe(204);
    expect((await api.get(at)).status).toBe(404);
    expect((await api.delete(at, { ifMatch: 1 })).status).toBe(404);
  });

  it('rotates the secret and keeps the old one for a day', async () => {
    service.clock.set('2026-03-01T00:00:00Z');
    const { api, at, webhook } = await created();
    expect((await api.post(`${at}/rotate-secret`, {})).status).toBe(428);
    const rotated = await api.post(`${at}/rotate-secret`, {}, { ifMatch: 1 });
    expect(rotated).toMatchObject({ status: 200, body: { version: 2, previousSecretUntil: '2026-03-02T00:00:00.000Z' } });
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(webhook.secret);
  });

  it('allows twenty endpoints per organisation', async () => {
    const caller = exhibitor();
    const { api } = await created(caller);
    const answers = await Promise.all(Array.from({ length: 24 }, () => api.post(path, body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(19);
    expect(answers.find(({ status }) => status !== 201)).toMatchObject({ status: 409, body: { code: 'webhook.too_many' } });
    expect((await service.as(exhibitor()).post(path, body)).status).toBe(201);
  });

  it('lists the event types that an endpoint can subscribe to', async () => {
    const { body: types } = await service.as(partner('210000')).get('/v1/notification/webhook-event-types');
    expect(types.items).toContainEqual({ type: 'ciep.exhibition.application.confirmed.v1', meaning: applicationConfirmed.meaning });
    expect(types.items).toHaveLength(28);
  });
});

describe('access', () => {
  const verbs = (at: string) =>
    [
      ['get', at],
      ['patch', at],
      ['delete', at],
      ['post', `${at}/disable`],
      ['post', `${at}/enable`],
      ['post', `${at}/rotate-secret`],
      ['post', `${at}/ping`],
      ['get', `${at}/deliveries`],
      ['get', `${at}/deliveries/${randomUUID()}`],
      ['post', `${at}/deliveries/${randomUUID()}/redeliver`],
    ] as const;
  const call = async (
    api: ReturnType<TestService['as']>,
    [verb, at]: readonly ['get' | 'patch' | 'delete' | 'post', string],
  ): Promise<number> => {
    if (verb === 'get') return (await api.get(at)).status;
    if (verb === 'delete') return (await api.delete(at, { ifMatch: 1 })).status;
    return (await api[verb](at, {}, { ifMatch: 1 })).status;
  };

  it('hides an endpoint from everybody but its owner', async () => {
    const organisationId = randomUUID();
    const { at, webhook } = await created(partner('210000', organisationId));
    const strangers = [
      organizer(),
      partner('210000'),
      partner('220000', organisationId),
      exhibitor(organisationId),
      organizer(organisationId),
    ];
    for (const stranger of strangers) {
      for (const verb of verbs(at)) expect([...verb, await call(service.as(stranger), verb)]).toEqual([...verb, 404]);
      expect((await service.as(stranger).get(path)).body.items).toEqual([]);
    }
    expect((await service.as(partner('210000', organisationId)).get(path)).body.items).toMatchObject([{ id: webhook.id, version: 1 }]);
  });

  it('is refused to roles without endpoints, and read-only to some', async () => {
    const { at, webhook } = await created();
    for (const role of ['finance_clerk', 'zone_undertaker', 'block_lead', 'auditor', 'individual', 'channel_partner'] as const) {
      const api = service.as({ roles: [role], organisationId: randomUUID() });
      for (const verb of verbs(at)) expect([role, ...verb, await call(api, verb)]).toEqual([role, ...verb, 403]);
      expect((await api.post(path, body)).status).toBe(403);
      expect((await api.get(path)).status).toBe(403);
    }
    const [row] = await service.query<{ organisation_id: string }>('SELECT organisation_id FROM webhooks WHERE id = $1', [webhook.id]);
    const member = service.as({ roles: ['organisation_member'], organisationId: row?.organisation_id ?? '' });
    expect((await member.get(at)).status).toBe(200);
    expect((await member.post(path, body)).status).toBe(403);
    expect((await member.post(`${at}/rotate-secret`, {}, { ifMatch: 1 })).status).toBe(403);
  });

  it('requires a token with the scope', async () => {
    const { at } = await created();
    for (const verb of verbs(at)) expect([...verb, await call(service.anonymous, verb)]).toEqual([...verb, 401]);
    expect((await service.as({ ...exhibitor(), scopes: ['notification:read'] }).post(path, body)).status).toBe(403);
  });
});

describe('bad input', () => {
  it.each<[string, object, string, string?]>([
    ['an empty body', {}, '/url', 'required'],
    ['no types', { ...body, eventTypes: [] }, '/eventTypes'],
    ['a type that concerns nobody', { ...body, eventTypes: ['ciep.others.verification.requested.v1'] }, '/eventTypes'],
    ['a type twice', { ...body, eventTypes: [applicationConfirmed.type, applicationConfirmed.type] }, '/eventTypes'],
    ['a long url', { ...body, url: `https://portal.example/${'x'.repeat(2_000)}` }, '/url', 'too_long'],
    ['a NUL byte', { ...body, url: 'https://portal.example/\u0000' }, '/url'],
    ['a number as url', { ...body, url: 7 }, '/url'],
    ['a secret of its own', { ...body, secret: 'whsec_mine' }, '/secret'],
    ['an audience of its own', { ...body, audience: 'everything' }, '/audience'],
    ['a long description', { ...body, description: 'x'.repeat(201) }, '/description', 'too_long'],
  ])('refuses %s', async (_name, given, pointer, ...[code]) => {
    const answer = await service.as(exhibitor()).post(path, given);
    expect(answer.status).toBe(422);
    const field = answer.body.errors.find((error: { pointer: string }) => error.pointer === pointer);
    expect(field).toMatchObject(code === undefined ? { pointer } : { pointer, code });
  });

  it('refuses malformed ids, queries and versions', async () => {
    const { api, at } = await created();
    expect((await api.get(`${path}/7`)).status).toBe(400);
    expect((await api.get(`${at}/deliveries/7`)).status).toBe(400);
    expect((await api.get(`${path}?limit=0`)).status).toBe(400);
    expect((await api.get(`${path}?status=gone`)).status).toBe(400);
    expect((await api.get(`${path}?organisationId=${randomUUID()}`)).status).toBe(400);
    expect((await api.get(`${at}/deliveries?eventId=7`)).status).toBe(400);
    expect((await api.patch(at, {}, { ifMatch: '"one"' })).status).toBe(412);
    expect((await api.patch(at, '{"url":', { ifMatch: 1 })).status).toBe(400);
    expect((await api.get(at)).body.version).toBe(1);
  });
});
