import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { milestoneKinds, milestoneSet } from '@ciep/contracts';
import { type Api, startService, type TestService } from '@ciep/testing';
import { conference } from '../src/conference.module.js';
import { anEdition } from './conference.factory.js';

const milestones = '/v1/conference/milestones';
const deadline = { kind: 'exhibition_application_deadline', at: '2023-03-25T00:00:00+08:00' };

let service: TestService;
let organizer: Api;
let editionId: string;
let draftId: string;

beforeAll(async () => {
  service = await startService(conference);
  organizer = service.as({ roles: ['shenzhen_working_group'] });
  editionId = (await organizer.post('/v1/conference/managed-editions', anEdition())).body.id as string;
  await organizer.post(`/v1/conference/managed-editions/${editionId}/publish`, undefined, { ifMatch: 1 });
  draftId = (await organizer.post('/v1/conference/managed-editions', anEdition({ ordinal: 23, code: '23' }))).body.id as string;
});

const published = async (milestoneId: string) =>
  (await service.events(milestoneSet)).filter(event => event.milestoneId === milestoneId).map(({ at }) => at);

describe('milestones', () => {
  it('have one date each, which is published', async () => {
    const { status, body, headers } = await organizer.post(milestones, { editionId, ...deadline });
    expect(status).toBe(201);
    expect(body).toMatchObject({ editionId, kind: deadline.kind, at: '2023-03-24T16:00:00.000Z', version: 1 });
    expect(headers).toMatchObject({ etag: '"1"', location: `${milestones}/${body.id}` });
    expect(await published(body.id as string)).toEqual(['2023-03-24T16:00:00.000Z']);

    const again = await organizer.post(milestones, { editionId, ...deadline });
    expect(again).toMatchObject({ status: 409, body: { code: 'milestone.already_set', milestoneId: body.id } });
  });

  it('have one date each after concurrent requests', async () => {
    const tries = await Promise.all(
      Array.from({ length: 10 }, () => organizer.post(milestones, { editionId, kind: 'opening', at: '2023-04-15T00:00:00+08:00' })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('move for a caller with the current version, and the audit trail keeps the earlier date', async () => {
    const { id } = (await organizer.post(milestones, { editionId, kind: 'closing', at: '2023-04-17T00:00:00+08:00' })).body as {
      id: string;
    };
    const move = (at: string, ifMatch?: number) =>
      organizer.post(`${milestones}/${id}/move`, { at }, ifMatch === undefined ? {} : { ifMatch });
    expect(await move('2023-04-18T00:00:00+08:00', 1)).toMatchObject({ status: 200, body: { at: '2023-04-17T16:00:00.000Z', version: 2 } });
    expect(await move('2023-04-19T00:00:00+08:00', 1)).toMatchObject({ status: 412 });
    expect(await move('2023-04-19T00:00:00+08:00')).toMatchObject({ status: 428 });
    expect(await published(id)).toEqual(['2023-04-16T16:00:00.000Z', '2023-04-17T16:00:00.000Z']);

    const trail = (await service.as({ roles: ['auditor'] }).get('/v1/conference/audit-entries', { query: { aggregateId: id, sort: 'at' } }))
      .body.items as { changes: { at: unknown } }[];
    expect(trail.map(({ changes }) => changes.at)).toContainEqual({
      before: '2023-04-16T16:00:00.000Z',
      after: '2023-04-17T16:00:00.000Z',
    });
  });

  it('of a published edition are public, earliest first', async () => {
    const { anonymous } = service;
    for (const address of [editionId, '22']) {
      const { status, body, headers } = await anonymous.get(`/v1/conference/editions/${address}/milestones`);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=60']);
      expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['exhibition_application_deadline', 'opening', 'closing']);
    }
    const some = await anonymous.get(`/v1/conference/editions/22/milestones`, { query: { kind: 'opening,closing' } });
    expect(some.body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['opening', 'closing']);
    const { id } = some.body.items[0] as { id: string };
    expect(await anonymous.get(`${milestones}/${id}`)).toMatchObject({ status: 200, body: { kind: 'opening' } });
    expect((await anonymous.get(`/v1/conference/editions/22/milestones`, { query: { kind: 'lunch' } })).status).toBe(400);
  });

  it('have names in Chinese and English, or in one of them', async () => {
    const { body } = await service.anonymous.get('/v1/conference/milestone-kinds');
    const kinds = body.items as { code: string; name: { zh: string; en: string } }[];
    expect(kinds.map(({ code }) => code)).toEqual([...milestoneKinds]);
    for (const { name } of kinds) {
      expect(name).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[A-Z]/) });
    }
    const { body: flat } = await service.anonymous.get('/v1/conference/milestone-kinds', { query: { lang: 'en' } });
    expect(flat.items).toEqual(kinds.map(({ code, name }) => ({ code, name: name.en })));
  });

  it('of an unpublished edition are visible to the organizer only', async () => {
    const set = await organizer.post(milestones, { editionId: draftId, ...deadline });
    const { id } = set.body as { id: string };
    expect((await service.anonymous.get(`${milestones}/${id}`)).status).toBe(404);
    expect((await service.as({ roles: ['individual'] }).get(`${milestones}/${id}`)).status).toBe(404);
    expect((await service.with('no token').get(`${milestones}/${id}`)).status).toBe(404);
    const seen = await organizer.get(set.headers['location'] ?? '');
    expect([seen.status, seen.body, seen.headers['cache-control']]).toEqual([200, set.body, 'no-store']);
    expect((await service.anonymous.get('/v1/conference/editions/23/milestones')).status).toBe(404);
    expect((await organizer.get(`/v1/conference/managed-editions/${draftId}/milestones`)).body.items).toMatchObject([{ id }]);
    expect((await organizer.get(`/v1/conference/managed-editions/${randomUUID()}/milestones`)).status).toBe(404);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown kind', { kind: 'lunch' }, '/kind', 'not_allowed'],
    ['an instant without zone', { at: '2023-03-25T00:00:00' }, '/at', 'not_an_instant'],
    ['a day that does not exist', { at: '2023-02-30T00:00:00Z' }, '/at', 'not_an_instant'],
    ['a date for an instant', { at: '2023-03-25' }, '/at', 'not_an_instant'],
    ['an edition that is no id', { editionId: '22' }, '/editionId', 'not_an_id'],
    ['a field nobody knows', { note: 'x' }, '/note', 'unknown'],
  ])('refuse %s', async (_what, own, pointer, code) => {
    const { status, body } = await organizer.post(milestones, {
      editionId: draftId,
      kind: 'year_end',
      at: '2024-01-01T00:00:00+08:00',
      ...own,
    });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('answer 404 for missing editions and milestones', async () => {
    expect(await organizer.post(milestones, { editionId: randomUUID(), ...deadline })).toMatchObject({
      status: 404,
      body: { code: 'edition.not_found' },
    });
    expect(await organizer.post(`${milestones}/${randomUUID()}/move`, { at: deadline.at }, { ifMatch: 1 })).toMatchObject({
      status: 404,
      body: { code: 'milestone.not_found' },
    });
    expect((await service.anonymous.get(`${milestones}/nonsense`)).status).toBe(400);
  });

  it('can be written by the organizer only', async () => {
    const { items } = (await service.anonymous.get('/v1/conference/editions/22/milestones')).body as {
      items: { id: string; version: number }[];
    };
    const [{ id, version }] = items as [{ id: string; version: number }];
    for (const role of [
      'platform_admin',
      'auditor',
      'province_partner',
      'zone_undertaker',
      'finance_clerk',
      'organisation_admin',
      'individual',
    ] as const) {
      const caller = service.as({ roles: [role] });
      expect([role, (await caller.post(milestones, { editionId, kind: 'year_end', at: deadline.at })).status]).toEqual([role, 403]);
      expect([role, (await caller.post(`${milestones}/${id}/move`, { at: deadline.at }, { ifMatch: version })).status]).toEqual([
        role,
        403,
      ]);
    }
    expect((await service.anonymous.post(milestones, { editionId, kind: 'year_end', at: deadline.at })).status).toBe(401);
    expect((await service.anonymous.post(`${milestones}/${id}/move`, { at: deadline.at }, { ifMatch: version })).status).toBe(401);
    for (const role of ['beijing_working_group', 'committee_office'] as const) {
      const now = (await service.anonymous.get(`${milestones}/${id}`)).body as { version: number };
      expect(
        (await service.as({ roles: [role] }).post(`${milestones}/${id}/move`, { at: deadline.at }, { ifMatch: now.version })).status,
      ).toBe(200);
    }
  });
});
