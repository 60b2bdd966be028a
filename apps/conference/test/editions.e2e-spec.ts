import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { editionChanged, milestoneSet, type Role } from '@ciep/contracts';
import { type Api, startService, type TestService } from '@ciep/testing';
import { conference } from '../src/conference.module.js';
import { anEdition } from './conference.factory.js';

const managed = '/v1/conference/managed-editions';
const published = '/v1/conference/editions';

let service: TestService;
let organizer: Api;
let ordinal = 100;

beforeAll(async () => {
  service = await startService(conference);
  organizer = service.as({ roles: ['shenzhen_working_group'] });
});

/** An edition with unique names. */
async function planned(own: Record<string, unknown> = {}): Promise<{ id: string; version: number; code: string }> {
  ordinal += 1;
  const { status, body } = await organizer.post(managed, anEdition({ ordinal, code: `e${ordinal}`, ...own }));
  expect(status).toBe(201);
  return body as { id: string; version: number; code: string };
}
async function onShow(own: Record<string, unknown> = {}): Promise<{ id: string; version: number; code: string }> {
  const { id, version } = await planned(own);
  const { status, body } = await organizer.post(`${managed}/${id}/publish`, undefined, { ifMatch: version });
  expect(status).toBe(200);
  return body as { id: string; version: number; code: string };
}

describe('creating an edition', () => {
  it('answers the edition, with its version as ETag and its address', async () => {
    const details = anEdition({ ordinal: 50, code: 'fifty' });
    const { status, body, headers } = await organizer.post(managed, details);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...details, version: 1, published: false, isDemo: false });
    expect(headers).toMatchObject({ etag: '"1"', location: `${managed}/${body.id}` });
    const events = await service.events(editionChanged);
    expect(events.filter(({ editionId }) => editionId === body.id)).toEqual([
      { editionId: body.id, ordinal: 50, code: 'fifty', startsOn: '2024-04-13', endsOn: '2024-04-14', published: false },
    ]);
  });

  it('has one effect per key', async () => {
    const details = anEdition({ ordinal: 51, code: 'once' });
    const key = `plan-${randomUUID()}`;
    const first = await organizer.post(managed, details, { key });
    const second = await organizer.post(managed, details, { key });
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    expect((await organizer.post(managed, anEdition({ ordinal: 52 }), { key })).status).toBe(422);
    expect(await organizer.post(managed, details, { key: false })).toMatchObject({
      status: 400,
      body: { code: 'idempotency.key_required' },
    });
  });

  it('refuses an ordinal or code that is taken', async () => {
    const { code } = await planned({ ordinal: 60 });
    expect(await organizer.post(managed, anEdition({ ordinal: 60, code: 'other' }))).toMatchObject({
      status: 409,
      body: { code: 'edition.ordinal_taken', ordinal: 60 },
    });
    expect(await organizer.post(managed, anEdition({ ordinal: 61, code }))).toMatchObject({
      status: 409,
      body: { code: 'edition.code_taken' },
    });
    const trials = [await planned({ ordinal: null }), await planned({ ordinal: null })];
    expect(new Set(trials.map(({ id }) => id)).size).toBe(2);
  });

  it('gives the ordinal to one of several concurrent requests', async () => {
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, at) => organizer.post(managed, anEdition({ ordinal: 70, code: `race-${at}` }))),
    );
    const outcomes = tries.map(({ status, body }) => (status === 201 ? 'planned' : (body as { code: string }).code)).sort();
    expect(outcomes).toEqual([...Array.from({ length: 9 }, () => 'edition.ordinal_taken'), 'planned']);
    expect(await service.query('SELECT 1 FROM editions WHERE ordinal = 70')).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['a last day before the first', { startsOn: '2024-04-14', endsOn: '2024-04-13' }, '/endsOn', 'too_early'],
    ['a date that does not exist', { startsOn: '2024-02-30' }, '/startsOn', 'not_a_date'],
    ['an instant for a date', { endsOn: '2024-04-14T00:00:00Z' }, '/endsOn', 'not_a_date'],
    ['a reserved code', { code: 'current' }, '/code', 'not_allowed'],
    ['a code with blanks', { code: 'twenty two' }, '/code', 'wrong_format'],
    ['a code that is too long', { code: 'x'.repeat(21) }, '/code', 'too_long'],
    ['a title in one language', { title: { zh: '第二十二届' } }, '/title/en', 'required'],
    ['a blank theme', { theme: { zh: ' ', en: 'Theme' } }, '/theme/zh', 'too_short'],
    ['a NUL byte', { title: { zh: '第\u0000届', en: 'x' } }, '/title/zh', 'unprintable'],
    ['an ordinal of nought', { ordinal: 0 }, '/ordinal', 'too_small'],
    ['an ordinal that is no number', { ordinal: '22' }, '/ordinal', 'not_an_integer'],
    ['no ordinal at all', { ordinal: undefined }, '/ordinal', 'required'],
    ['a field nobody knows', { isDemo: true }, '/isDemo', 'unknown'],
    ['too many venues', { venues: Array.from({ length: 21 }, () => ({ zh: '馆', en: 'Hall' })) }, '/venues', 'too_many'],
  ])('refuses %s', async (_what, own, pointer, code) => {
    const before = await service.query('SELECT id FROM editions');
    const { status, body } = await organizer.post(managed, anEdition({ ordinal: 80, code: 'bad', ...own }));
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await service.query('SELECT id FROM editions')).toHaveLength(before.length);
  });

  it('refuses malformed JSON', async () => {
    expect((await organizer.post(managed, '{"ordinal": 22,')).status).toBe(400);
    expect((await organizer.post(managed, 'ordinal=22', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(
      415,
    );
  });
});

describe('changing an edition', () => {
  it('changes the given fields if the caller has the current version', async () => {
    const { id } = await planned();
    const { status, body, headers } = await organizer.patch(`${managed}/${id}`, { endsOn: '2024-04-20', venues: [] }, { ifMatch: 1 });
    expect([status, headers['etag']]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ startsOn: '2024-04-13', endsOn: '2024-04-20', venues: [], version: 2 });
    expect(await organizer.patch(`${managed}/${id}`, { endsOn: '2024-04-21' }, { ifMatch: 1 })).toMatchObject({
      status: 412,
      body: { code: 'resource.changed', currentETag: '"2"' },
    });
    expect(await organizer.patch(`${managed}/${id}`, { endsOn: '2024-04-21' })).toMatchObject({ status: 428 });
    expect((await service.events(editionChanged)).filter(({ editionId }) => editionId === id).map(({ endsOn }) => endsOn)).toEqual([
      '2024-04-14',
      '2024-04-20',
    ]);
  });

  it('refuses reversed dates, taken names and a new code for a published edition', async () => {
    const other = await planned();
    const { id, version } = await onShow();
    const change = (details: object) => organizer.patch(`${managed}/${id}`, details, { ifMatch: version });
    expect(await change({ startsOn: '2024-04-15' })).toMatchObject({ status: 422, body: { code: 'edition.dates_reversed' } });
    expect(await change({ code: other.code })).toMatchObject({ status: 409, body: { code: 'edition.code_taken' } });
    expect(await change({ code: 'another' })).toMatchObject({ status: 409, body: { code: 'edition.code_fixed' } });
    expect(await change({ title: null })).toMatchObject({ status: 422 });
  });

  it('answers 404 for an edition that does not exist', async () => {
    const nobody = randomUUID();
    expect(await organizer.patch(`${managed}/${nobody}`, { endsOn: '2024-04-20' }, { ifMatch: 1 })).toMatchObject({
      status: 404,
      body: { code: 'edition.not_found' },
    });
    expect(await organizer.get(`${managed}/${nobody}`)).toMatchObject({ status: 404 });
    expect(await organizer.get(`${managed}/21`)).toMatchObject({ status: 400, body: { code: 'id.malformed' } });
  });
});

describe('publishing an edition', () => {
  it('makes an edition visible to everybody', async () => {
    const { id, code, version } = await planned({ title: { zh: '尚未公布', en: 'Not yet announced' } });
    const { anonymous } = service;
    for (const address of [id, code, id.toUpperCase()])
      expect(await anonymous.get(`${published}/${address}`)).toMatchObject({ status: 404, body: { code: 'edition.not_found' } });
    expect((await anonymous.get(`${published}/${id}/milestones`)).status).toBe(404);
    expect((await anonymous.get(published, { query: { q: 'Not yet announced' } })).body.items).toEqual([]);
    expect((await organizer.get(managed, { query: { q: '尚未公布', published: false } })).body.items).toMatchObject([{ id }]);

    const { status, body } = await organizer.post(`${managed}/${id}/publish`, undefined, { ifMatch: version });
    expect([status, body.published]).toEqual([200, true]);
    for (const address of [id, code, id.toUpperCase()])
      expect(await anonymous.get(`${published}/${address}`)).toMatchObject({ status: 200, body: { id } });
    expect((await anonymous.get(published, { query: { q: 'not YET announced' } })).body.items).toMatchObject([{ id }]);
    expect((await service.events(editionChanged)).filter(({ editionId }) => editionId === id).map(event => event.published)).toEqual([
      false,
      true,
    ]);
  });

  it('happens once, for a caller with the current version', async () => {
    const { id } = await planned();
    expect((await organizer.post(`${managed}/${id}/publish`)).status).toBe(428);
    expect((await organizer.post(`${managed}/${id}/publish`, undefined, { ifMatch: 7 })).status).toBe(412);
    expect((await organizer.post(`${managed}/${id}/publish`, undefined, { ifMatch: 1 })).status).toBe(200);
    expect(await organizer.post(`${managed}/${id}/publish`, undefined, { ifMatch: 2 })).toMatchObject({
      status: 409,
      body: { code: 'edition.already_published' },
    });
  });

  it('is cacheable for a minute, with an ETag', async () => {
    const { id, code } = await onShow();
    const first = await service.anonymous.get(`${published}/${code}`);
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    const again = await service.anonymous.get(`${published}/${code}`, { headers: { 'if-none-match': String(first.headers['etag']) } });
    expect([again.status, again.text]).toEqual([304, '']);
    await organizer.patch(`${managed}/${id}`, { venues: [] }, { ifMatch: 2 });
    const changed = await service.anonymous.get(`${published}/${code}`, { headers: { 'if-none-match': String(first.headers['etag']) } });
    expect([changed.status, changed.body.venues]).toEqual([200, []]);
  });

  it('finds the current or next edition, or else the last one, as `current`', async () => {
    const next = await onShow({ startsOn: '2031-04-12', endsOn: '2031-04-13' });
    const later = await onShow({ startsOn: '2032-04-10', endsOn: '2032-04-11' });
    const current = async (at: string) => {
      service.clock.set(at);
      return ((await service.anonymous.get(`${published}/current`)).body as { id: string }).id;
    };
    await planned({ startsOn: '2031-01-01', endsOn: '2031-01-02' });
    expect(await current('2031-04-01T00:00:00+08:00')).toBe(next.id);
    expect(await current('2031-04-13T23:59:59+08:00')).toBe(next.id);
    expect(await current('2031-04-14T00:00:00+08:00')).toBe(later.id);
    expect(await current('2040-01-01T00:00:00+08:00')).toBe(later.id);
    service.clock.set('2023-03-01T09:00:00+08:00');
  });

  it('lists in pages, in the requested order', async () => {
    const all = (await service.anonymous.get(published, { query: { limit: 200, sort: 'code', count: true } })).body;
    const codes = all.items.map(({ code }: { code: string }) => code);
    expect(all.total).toBe(codes.length);
    expect(codes.length).toBeGreaterThan(3);
    const walked: string[] = [];
    for (let cursor: string | undefined; walked.length < 100;) {
      const { body } = await service.anonymous.get(published, { query: { limit: 2, sort: 'code', ...(cursor && { cursor }) } });
      walked.push(...body.items.map(({ code }: { code: string }) => code));
      if (!body.nextCursor) break;
      cursor = body.nextCursor as string;
    }
    expect(walked).toEqual(codes);
    expect((await service.anonymous.get(published, { query: { sort: 'secret' } })).status).toBe(400);
    expect((await service.anonymous.get(published, { query: { published: false } })).status).toBe(400);
  });

  it('filters by the time of the last change', async () => {
    const { body } = await service.anonymous.get(published, { query: { updatedSince: '2020-01-01T00:00:00Z' } });
    expect(Date.parse(body.syncedUntil)).toBeLessThanOrEqual(Date.now());
    const { id } = await onShow();
    const changed = await service.anonymous.get(published, { query: { updatedSince: body.syncedUntil, sort: '-updatedAt' } });
    expect(changed.body.items[0]).toMatchObject({ id });
  });
});

describe('cloning an edition', () => {
  const milestones = '/v1/conference/milestones';

  it('keeps the length and the distances of the milestones, except the end of the year', async () => {
    const source = await onShow({ startsOn: '2023-04-15', endsOn: '2023-04-16' });
    for (const [kind, at] of [
      ['exhibition_application_deadline', '2023-03-25T00:00:00+08:00'],
      ['year_end', '2024-01-01T00:00:00+08:00'],
    ]) {
      expect((await organizer.post(milestones, { editionId: source.id, kind, at })).status).toBe(201);
    }
    const own = { ordinal: 90, code: 'ninety', startsOn: '2024-04-13', title: { zh: '下一届', en: 'The next' } };
    const { status, body } = await organizer.post(`${managed}/${source.id}/clone`, own);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...own,
      endsOn: '2024-04-14',
      published: false,
      isDemo: false,
      theme: anEdition()['theme'],
      venues: anEdition()['venues'],
    });
    const dates = (await organizer.get(`${managed}/${body.id}/milestones`)).body.items as { kind: string; at: string }[];
    expect(dates.map(({ kind, at }) => [kind, at])).toEqual([
      ['exhibition_application_deadline', '2024-03-22T16:00:00.000Z'],
      ['year_end', '2024-12-31T16:00:00.000Z'],
    ]);
    const events = (await service.events(milestoneSet)).filter(({ editionId }) => editionId === body.id);
    expect(events.map(({ kind }) => kind).sort()).toEqual(['exhibition_application_deadline', 'year_end']);
    expect((await service.anonymous.get(`${published}/ninety`)).status).toBe(404);
  });

  it('refuses taken names and a missing source', async () => {
    const { id, code } = await planned();
    expect(await organizer.post(`${managed}/${id}/clone`, { ordinal: null, code, startsOn: '2025-04-12' })).toMatchObject({
      status: 409,
      body: { code: 'edition.code_taken' },
    });
    expect(
      await organizer.post(`${managed}/${randomUUID()}/clone`, { ordinal: null, code: 'orphan', startsOn: '2025-04-12' }),
    ).toMatchObject({ status: 404 });
    expect(
      await organizer.post(`${managed}/${id}/clone`, { ordinal: null, code: 'keyless', startsOn: '2025-04-12' }, { key: false }),
    ).toMatchObject({ status: 400 });
  });
});

describe('dates', () => {
  it.each(['0000-01-01', '10000-01-01', '2023-02-29'])('such as %s are refused', async startsOn => {
    const body = anEdition({ code: 'wild', startsOn, endsOn: '9999-12-31' });
    expect(await organizer.post(managed, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/startsOn', code: 'not_a_date' }] },
    });
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '2023-03-24T00:00:00+16:00'])('and instants such as %s, too', async at => {
    const { id: editionId } = await planned();
    const body = { editionId, kind: 'opening', at };
    expect(await organizer.post('/v1/conference/milestones', body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/at', code: 'not_an_instant' }] },
    });
  });

  it('of a copy stay in the range of all dates', async () => {
    const { id } = await planned({ startsOn: '0001-01-01', endsOn: '9999-12-31' });
    const clone = (startsOn: string) => organizer.post(`${managed}/${id}/clone`, { ordinal: null, code: 'far', startsOn });
    expect(await clone('0001-01-02')).toMatchObject({ status: 422, body: { code: 'edition.dates_out_of_range' } });
    const short = await planned({ startsOn: '9998-01-01', endsOn: '9998-01-02' });
    await organizer.post('/v1/conference/milestones', { editionId: short.id, kind: 'year_end', at: '9999-01-01T00:00:00+08:00' });
    const late = await organizer.post(`${managed}/${short.id}/clone`, { ordinal: null, code: 'far', startsOn: '9999-01-01' });
    expect(late).toMatchObject({ status: 422, body: { code: 'edition.dates_out_of_range' } });
  });
});

describe('access', () => {
  const readers: Role[] = ['beijing_working_group', 'shenzhen_working_group', 'committee_office', 'platform_admin', 'auditor'];
  const writers: Role[] = ['beijing_working_group', 'shenzhen_working_group', 'committee_office'];
  const others: Role[] = [
    'block_lead',
    'zone_undertaker',
    'province_partner',
    'finance_clerk',
    'organisation_admin',
    'organisation_member',
    'individual',
    'channel_partner',
  ];

  it('allows reading unpublished editions', async () => {
    const { id } = await planned();
    for (const address of [managed, `${managed}/${id}`, `${managed}/${id}/milestones`]) {
      expect((await service.anonymous.get(address)).status).toBe(401);
      for (const role of readers) expect([role, (await service.as({ roles: [role] }).get(address)).status]).toEqual([role, 200]);
      for (const role of others) expect([role, (await service.as({ roles: [role] }).get(address)).status]).toEqual([role, 403]);
    }
  });

  it('allows creating, changing, publishing and cloning', async () => {
    const all: Role[] = [...writers, ...others, 'platform_admin', 'auditor'];
    for (const role of all) {
      const { id } = await planned();
      ordinal += 2;
      const caller = service.as({ roles: [role] });
      const answers = [
        await caller.post(managed, anEdition({ ordinal: ordinal - 1, code: `by-${ordinal}` })),
        await caller.patch(`${managed}/${id}`, { venues: [] }, { ifMatch: 1 }),
        await caller.post(`${managed}/${id}/publish`, undefined, { ifMatch: writers.includes(role) ? 2 : 1 }),
        await caller.post(`${managed}/${id}/clone`, { ordinal, code: `clone-${ordinal}`, startsOn: '2025-04-12' }),
      ];
      expect([role, ...answers.map(({ status }) => status)]).toEqual([
        role,
        ...(writers.includes(role) ? [201, 200, 200, 200] : [403, 403, 403, 403]),
      ]);
    }
    const { id } = await planned();
    expect((await service.anonymous.post(managed, anEdition())).status).toBe(401);
    expect((await service.anonymous.patch(`${managed}/${id}`, {}, { ifMatch: 1 })).status).toBe(401);
    expect((await service.anonymous.post(`${managed}/${id}/publish`, undefined, { ifMatch: 1 })).status).toBe(401);
    expect((await service.anonymous.post(`${managed}/${id}/clone`, {})).status).toBe(401);
  });

  it('is recorded in the audit trail', async () => {
    const { id } = await onShow();
    const entries = (await service.as({ roles: ['auditor'] }).get('/v1/conference/audit-entries', { query: { aggregateId: id } })).body
      .items as { action: string }[];
    expect(entries.map(({ action }) => action).sort()).toEqual(['edition:publish', 'edition:write']);
  });
});
