import { randomUUID } from 'node:crypto';
import { organisationActivated, organisationRenamed, seeds } from '@ciep/contracts';
import type { Caller, TestService } from '@ciep/testing';
import { labelOf, startService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';

const organisations = '/v1/identity/organisations';
let service: TestService;

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
});

const member = (organisationId: string = demoExhibitor, role: 'organisation_admin' | 'organisation_member' = 'organisation_admin') =>
  service.as({ roles: [role], organisationId });
const organizer = () => service.as({ roles: ['shenzhen_working_group'], organisationId: seeds.organizer });

describe('the profile of an organisation', () => {
  it('is readable by its own people', async () => {
    const { status, body, headers } = await member(demoExhibitor, 'organisation_member').get(`${organisations}/${demoExhibitor}`);
    expect(status).toBe(200);
    expect(headers['etag']).toBe(`"${body.version}"`);
    expect(body).toMatchObject({
      id: demoExhibitor,
      status: 'active',
      origin: 'mainland',
      regionCode: '210000',
      partnerRegion: null,
      identifier: null,
      country: 'CN',
    });
    const known = await member().get(`${organisations}/${demoExhibitor}`, { headers: { 'if-none-match': String(headers['etag']) } });
    expect(known.status).toBe(304);
  });

  it('is hidden from everybody else, with 404', async () => {
    const others: Caller[] = [
      { roles: ['organisation_admin'], organisationId: seeds.partnerOf('210000') },
      { roles: ['province_partner'], kind: 'client', organisationId: seeds.partnerOf('210000'), regionCode: '210000' },
      { roles: ['zone_undertaker'], organisationId: seeds.undertaker(1) },
    ];
    const unknown = (await member().get(`${organisations}/${randomUUID()}`)).body;
    for (const caller of others) {
      const { status, body } = await service.as(caller).get(`${organisations}/${demoExhibitor}`);
      expect([status, body.code]).toEqual([404, unknown.code]);
    }
    expect((await service.as({ roles: ['organisation_admin'] }).get(`${organisations}/${demoExhibitor}`)).body.code).toBe(
      'organisation.missing',
    );
    expect((await service.as({ roles: ['individual'] }).get(`${organisations}/${demoExhibitor}`)).status).toBe(403);
    expect((await service.anonymous.get(`${organisations}/${demoExhibitor}`)).status).toBe(401);
    expect((await member().get(`${organisations}/not-an-id`)).status).toBe(400);
  });

  it('is readable by the organizer and the auditors', async () => {
    for (const role of [
      'shenzhen_working_group',
      'beijing_working_group',
      'committee_office',
      'finance_clerk',
      'platform_admin',
      'auditor',
    ] as const) {
      expect((await service.as({ roles: [role] }).get(`${organisations}/${demoExhibitor}`)).status).toBe(200);
    }
  });

  it('can be changed by its administrator, with the current version', async () => {
    const path = `${organisations}/${demoExhibitor}`;
    const { body: before } = await member().get(path);
    const change = { name: { zh: '辽河智能装备股份有限公司', en: 'Liaohe Intelligent Equipment Co.' }, contact: { language: 'en' } };
    const { status, body } = await member().patch(path, change, { ifMatch: before.version });
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: before.version + 1, name: change.name, contact: { ...before.contact, language: 'en' } });
    expect((await service.events(organisationRenamed)).at(-1)).toMatchObject({ organisationId: demoExhibitor, name: body.name });
    expect((await member().patch(path, change, { ifMatch: before.version })).status).toBe(412);
    expect((await member().patch(path, change)).status).toBe(428);
    const [entry] = await service.query<{ action: string; changes: Record<string, unknown> }>(
      'SELECT action, changes FROM audit_entries WHERE aggregate_id = $1 ORDER BY id DESC LIMIT 1',
      [demoExhibitor],
    );
    expect(entry).toEqual({
      action: 'organisation:change',
      changes: {
        name_zh: { before: before.name.zh, after: change.name.zh },
        name_en: { before: before.name.en, after: change.name.en },
        contact_language: { before: 'zh', after: 'en' },
      },
    });
  });

  it.each<[string, object]>([
    ['the credit code', { creditCode: '91350100M000100Y43' }],
    ['the region', { regionCode: '110000' }],
    ['the state', { status: 'active' }],
    ['the proven mail address', { contact: { mail: 'other@example.org' } }],
    ['the partner region', { partnerRegion: '210000' }],
    ['the version', { version: 9 }],
  ])('keeps %s', async (_what, change) => {
    const path = `${organisations}/${demoExhibitor}`;
    const { body: before } = await member().get(path);
    const refused = await member().patch(path, change, { ifMatch: before.version });
    expect([refused.status, refused.body.code]).toEqual([422, 'body.invalid']);
    expect((await member().get(path)).body).toEqual(before);
  });

  it('cannot be changed by members, strangers or the organizer', async () => {
    const path = `${organisations}/${demoExhibitor}`;
    const change = { name: { zh: '改', en: 'changed' } };
    expect((await member(demoExhibitor, 'organisation_member').patch(path, change, { ifMatch: 1 })).status).toBe(403);
    expect((await organizer().patch(path, change, { ifMatch: 1 })).status).toBe(403);
    expect((await member(seeds.partnerOf('210000')).patch(path, change, { ifMatch: 1 })).status).toBe(404);
    expect(
      (
        await service
          .as({ roles: ['organisation_admin'], organisationId: demoExhibitor, scopes: ['identity:read'] })
          .patch(path, change, { ifMatch: 1 })
      ).body.code,
    ).toBe('scope.missing');
  });
});

describe('the list of organisations', () => {
  it('is for the organizer and the auditors', async () => {
    expect((await member().get(organisations)).body.code).toBe('permission.missing');
    expect((await service.anonymous.get(organisations)).status).toBe(401);
    expect((await service.as({ roles: ['auditor'] }).get(organisations)).status).toBe(200);
  });

  it('filters, searches in both languages, and counts consistently', async () => {
    const count = async (query: Record<string, unknown>) => {
      const { status, body } = await organizer().get(organisations, { query: { limit: 200, count: true, ...query } });
      expect(status).toBe(200);
      expect(body.total).toBe(body.items.length);
      return body.total as number;
    };
    expect(await count({})).toBe(48);
    expect(await count({ kind: 'science_technology_department' })).toBe(45);
    expect(await count({ regionCode: '210000' })).toBe(2);
    expect(await count({ regionCode: '210000,110000' })).toBe(3);
    expect(await count({ status: 'pending_verification' })).toBe(0);
    expect(await count({ q: '辽宁' })).toBe(1);
    expect(await count({ q: 'liaoning' })).toBe(1);
    expect(await count({ q: '100%_' })).toBe(0);
  });

  it('is paginated by cursor without losing or repeating any', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await organizer().get(organisations, { query: { limit: 20, sort: 'nameEn', ...(cursor !== null && { cursor }) } });
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor as string | null;
    } while (cursor !== null);
    expect(seen).toHaveLength(48);
    expect(new Set(seen).size).toBe(48);
  });

  it('refuses an unknown filter or sort order', async () => {
    for (const query of [{ sort: 'creditCode' }, { kind: 'circus' }, { colour: 'red' }, { limit: 1000 }]) {
      expect((await organizer().get(organisations, { query })).status).toBe(400);
    }
  });
});

describe('contacts', () => {
  const contacts = async (query: string, caller: Caller = { kind: 'service', roles: ['service'], scopes: ['internal:read'] }) =>
    fetch(`${service.url}/internal/contacts${query}`, { headers: { authorization: `Bearer ${await service.token(caller)}` } });

  it('of one active organisation', async () => {
    const { items } = (await (await contacts(`?organisationId=${demoExhibitor}`)).json()) as { items: object[] };
    expect(items).toEqual([{ mail: expect.stringContaining('@'), language: expect.stringMatching(/^(zh|en)$/), name: expect.any(String) }]);
    expect(await (await contacts(`?organisationId=${randomUUID()}`)).json()).toEqual({ items: [] });
  });

  it('of one person with an active account', async () => {
    const [account] = await service.query<{ id: string; mail: string; language: string; name: string }>(
      `SELECT id, mail, language, name FROM accounts WHERE status = 'active' LIMIT 1`,
    );
    const { id = '', ...contact } = account ?? {};
    expect(await (await contacts(`?personId=${id}`)).json()).toEqual({ items: [contact] });
    expect(await (await contacts(`?personId=${randomUUID()}`)).json()).toEqual({ items: [] });
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE id = $1`, [id]);
    expect(await (await contacts(`?personId=${id}`)).json()).toEqual({ items: [] });
    await service.query(`UPDATE accounts SET status = 'active' WHERE id = $1`, [id]);
  });

  it('are empty without a filter, and need the role of a service', async () => {
    expect(await (await contacts('')).json()).toEqual({ items: [] });
    expect((await contacts('?regionCode=999999')).status).toBe(400);
    expect((await contacts('', { roles: ['platform_admin'] })).status).toBe(403);
    expect((await fetch(`${service.url}/internal/contacts`)).status).toBe(401);
  });
});

describe('another service', () => {
  it('gets the label of an organisation from here, and nobody else does', async () => {
    const [row] = await service.query<{ zh: string; en: string }>(`SELECT name_zh AS zh, name_en AS en FROM organisations WHERE id = $1`, [
      demoExhibitor,
    ]);
    expect(await labelOf(service, 'organisation', demoExhibitor)).toEqual({ name: row });
    expect(await labelOf(service, 'organisation', randomUUID())).toBeUndefined();
  });
});

describe('reference lists', () => {
  it('contain the 45 regions in both languages, public and cacheable', async () => {
    const { status, body, headers } = await service.anonymous.get('/v1/identity/regions');
    expect([status, body.items.length]).toEqual([200, 45]);
    expect(body.items).toContainEqual({ code: '210000', level: 'province', name: { zh: '辽宁', en: 'Liaoning' } });
    expect(headers['cache-control']).toBe('public, max-age=3600');
    const known = await service.anonymous.get('/v1/identity/regions', { headers: { 'if-none-match': String(headers['etag']) } });
    expect(known.status).toBe(304);
  });

  it('have one language on request', async () => {
    const { body } = await service.anonymous.get('/v1/identity/regions', { query: { lang: 'zh' } });
    expect(body.items).toContainEqual({ code: '210000', level: 'province', name: '辽宁' });
    const kinds = await service.anonymous.get('/v1/identity/organisation-kinds', { query: { lang: 'en' } });
    expect(kinds.body.items).toContainEqual({ code: 'start_up', name: 'Start-up' });
    expect((await service.anonymous.get('/v1/identity/regions', { query: { lang: 'fr' } })).status).toBe(400);
  });
});

describe('the seed', () => {
  it('changes nothing the second time', async () => {
    const counted = () =>
      service.query(`SELECT (SELECT count(*)::int FROM organisations) AS organisations, (SELECT count(*)::int FROM accounts) AS accounts,
        (SELECT count(*)::int FROM oauth_clients) AS clients, (SELECT count(*)::int FROM outbox WHERE aggregate_version = 1) AS events`);
    const before = await counted();
    await service.running.seed();
    expect(await counted()).toEqual(before);
    expect(before).toEqual([{ organisations: 48, accounts: 8, clients: 49, events: 56 }]);
    expect(await service.events(organisationActivated)).toContainEqual({
      organisationId: demoExhibitor,
      origin: 'mainland',
      kind: 'specialised_new_enterprise',
      regionCode: '210000',
      name: expect.any(Object),
      creditCode: expect.any(String),
      registerNumber: null,
    });
  });

  it('sends readers of the API reference back to where the platform is now', async () => {
    const address = () => service.query(`SELECT redirect_uris FROM oauth_clients WHERE client_id = 'reference'`);
    const here = await address();
    expect(here).toEqual([{ redirect_uris: ['http://localhost:3000/docs'] }]);
    await service.query(`UPDATE oauth_clients SET redirect_uris = '{http://localhost:3001/docs}' WHERE client_id = 'reference'`);
    await service.running.seed();
    expect(await address()).toEqual(here);
  });
});
