import { applicationEndorsed, applicationEndorsementWithdrawn } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import {
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aRegional,
  aSubmitted,
  good,
  inTime,
  legal,
  partnerOf,
  type Application,
} from './booking.factory.js';
import { aBooth, organizerOf } from './exhibition.factory.js';

let service: TestService;
let edition: { editionId: string; regionalId: string; generalId: string };
let exhibitor: Api;
let organizer: Api;
let partner: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
  partner = partnerOf(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  edition = await anOpenEdition(service);
  ({ exhibitor } = await anExhibitor(service));
});

const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const regional = (fields: object = {}) => aRegional(exhibitor, edition.editionId, edition.regionalId, fields);
const endorse = ({ id, version }: Application, by = partner) => by.post(applicationAt(id, '/endorse'), {}, { ifMatch: version });
const takeBack = ({ id, version }: Application, by = partner) =>
  by.post(applicationAt(id, '/withdraw-endorsement'), {}, { ifMatch: version });
const override = ({ id, version }: Application, reason = '中央企业') =>
  organizer.post(applicationAt(id, '/override-endorsement'), { reason }, { ifMatch: version });
const endorsed = async (fields: object = {}): Promise<Application> => good(await endorse(await regional(fields)));
const quotaPath = (region = '210000') => `/v1/exhibition/editions/${edition.editionId}/quotas/${region}`;
const quota = async (by = partner) => good<Record<string, unknown>>(await by.get(quotaPath('mine')));
const setPlaces = (places: number, ifMatch: number) => organizer.put(quotaPath(), { places }, { ifMatch });
const read = async ({ id }: Application): Promise<Application> => good(await organizer.get(applicationAt(id)));

describe('the view of a partner', () => {
  it('has the applications of its region, once they are submitted', async () => {
    const mine = await regional();
    await regional({ regionCode: '220000' });
    await aSubmitted(exhibitor, edition.editionId, edition.generalId);
    good(
      await exhibitor.post('/v1/exhibition/applications', {
        editionId: edition.editionId,
        boardId: edition.regionalId,
        regionCode: '210000',
      }),
      201,
    );
    const query = { editionId: edition.editionId };
    const list = good<{ items: { id: string }[] }>(await partner.get('/v1/exhibition/applications', { query }));
    expect(list.items.map(({ id }) => id)).toEqual([mine.id]);
    const foreign = good<{ items: unknown[] }>(
      await partner.get('/v1/exhibition/applications', { query: { ...query, regionCode: '220000' } }),
    );
    expect(foreign.items).toEqual([]);
    expect(good(await partner.get(applicationAt(mine.id)))).toMatchObject({ status: 'submitted', allowedActions: ['endorse'] });
  });

  it('names the organisation, its number and its kind, in the list and in the details', async () => {
    const { id } = await regional();
    const named = { organisationName: legal.name, creditCode: legal.creditCode, organisationKind: 'enterprise', registerNumber: null };
    expect(good<object>(await partner.get(applicationAt(id)))).toMatchObject(named);
    const { items } = good<{ items: object[] }>(
      await partner.get('/v1/exhibition/applications', { query: { editionId: edition.editionId } }),
    );
    expect(items).toMatchObject([{ id, ...named }]);
    const inEnglish = await partner.get('/v1/exhibition/applications', { query: { editionId: edition.editionId, lang: 'en' } });
    expect(good<{ items: object[] }>(inEnglish).items).toMatchObject([{ organisationName: legal.name.en }]);
  });

  it('is nothing of other regions', async () => {
    const jilin = await regional({ regionCode: '220000' });
    for (const call of [
      partner.get(applicationAt(jilin.id)),
      endorse(jilin),
      takeBack(jilin),
      partner.get(applicationAt(jilin.id, '/agreement')),
    ]) {
      expect([403, 404]).toContain((await call).status);
    }
    expect(await endorse(jilin)).toMatchObject(refusal(404, 'application.not_found'));
  });

  it('is empty without a region', async () => {
    const { id } = await regional();
    const nowhere = service.as({ kind: 'client', roles: ['province_partner'] });
    expect(await nowhere.get(applicationAt(id))).toMatchObject(refusal(404, 'application.not_found'));
    expect(await nowhere.get(quotaPath('mine'))).toMatchObject(refusal(403, 'region.unknown'));
  });

  it('shows how many places are left', async () => {
    expect(await quota()).toEqual({
      editionId: edition.editionId,
      regionCode: '210000',
      regionName: { zh: '辽宁', en: 'Liaoning' },
      version: 0,
      places: 10,
      taken: 0,
      left: 10,
      overridden: 0,
    });
    await endorsed();
    expect(await quota()).toMatchObject({ taken: 1, left: 9 });
    expect(await quota(partnerOf(service, '220000'))).toMatchObject({ taken: 0, left: 10 });
    expect((await partner.get(`/v1/exhibition/editions/${newId()}/quotas/mine`)).status).toBe(404);
  });
});

describe('endorsing', () => {
  it('takes a place and publishes an event', async () => {
    const application = await regional();
    expect(await endorse(application)).toMatchObject({
      status: 200,
      headers: { etag: `"${application.version + 1}"` },
      body: { endorsement: 'region', status: 'submitted', allowedActions: ['withdraw_endorsement'] },
    });
    expect((await service.events(applicationEndorsed)).filter(event => event.applicationId === application.id)).toMatchObject([
      { regionCode: '210000', byOverride: false },
    ]);
    const { timeline } = await read(application);
    expect(timeline.at(-1)).toMatchObject({ what: 'endorsed', by: 'partner', status: 'submitted' });
  });

  it('refuses the eleventh, and accepts it when a place is free again', async () => {
    const all: Application[] = [];
    for (let count = 0; count < 10; count += 1) all.push(await endorsed());
    const eleventh = await regional();
    expect(await endorse(eleventh)).toMatchObject(refusal(409, 'quota.exhausted', { regionCode: '210000', places: 10 }));
    expect(await read(eleventh)).toMatchObject({ endorsement: null, version: eleventh.version });
    expect(await quota()).toMatchObject({ taken: 10, left: 0 });
    const [first] = all;
    if (!first) throw new Error('none was endorsed');
    good(await takeBack(first));
    expect(good(await endorse(eleventh))).toMatchObject({ endorsement: 'region' });
  });

  it('needs If-Match, the current version, a key and the permission', async () => {
    const application = await regional();
    const path = applicationAt(application.id, '/endorse');
    expect(await partner.post(path, {})).toMatchObject(refusal(428, 'if_match.required'));
    expect(await partner.post(path, {}, { ifMatch: 1 })).toMatchObject(refusal(412, 'resource.changed'));
    expect(await partner.post(path, {}, { ifMatch: application.version, key: false })).toMatchObject(
      refusal(400, 'idempotency.key_required'),
    );
    for (const other of [exhibitor, organizer]) expect(await endorse(application, other)).toMatchObject(refusal(403, 'permission.missing'));
  });

  it('happens once, however often it is sent', async () => {
    const application = await regional();
    const key = `key-${newId()}`;
    const send = () => partner.post(applicationAt(application.id, '/endorse'), {}, { ifMatch: application.version, key });
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(await quota()).toMatchObject({ taken: 1 });
    expect(await endorse(good(first))).toMatchObject(refusal(409, 'application.already_endorsed', { endorsedBy: 'region' }));
  });

  it('is for the enterprise area of a regional board', async () => {
    const government = await regional({ areaType: 'government' });
    expect(await endorse(government)).toMatchObject(refusal(409, 'application.needs_no_endorsement'));
    expect(good(await partner.get(applicationAt(government.id))).allowedActions).toEqual([]);
  });

  it('is possible only while it is submitted', async () => {
    const withdrawn = await regional();
    const { version } = good(await exhibitor.post(applicationAt(withdrawn.id, '/withdraw')));
    expect(await endorse({ ...withdrawn, version })).toMatchObject(
      refusal(409, 'application.wrong_state', { state: 'withdrawn', allowedActions: [] }),
    );
  });
});

describe('a place', () => {
  it('is freed when the endorsement is withdrawn, which publishes an event', async () => {
    const application = await endorsed();
    expect(good(await takeBack(application))).toMatchObject({ endorsement: null, allowedActions: ['endorse'] });
    expect(await quota()).toMatchObject({ taken: 0 });
    expect((await service.events(applicationEndorsementWithdrawn)).filter(event => event.applicationId === application.id)).toHaveLength(1);
    expect(await takeBack(await read(application))).toMatchObject(refusal(409, 'application.not_endorsed'));
  });

  it('stays taken through a return for correction, which fixes board and region', async () => {
    const { id, version } = await endorsed();
    const corrections = [{ pointer: '/exhibits/0/description', text: '请补充技术指标' }];
    const returned = good(
      await organizer.post(applicationAt(id, '/return'), { corrections, correctBy: '2023-03-10T18:00:00+08:00' }, { ifMatch: version }),
    );
    expect(await quota()).toMatchObject({ taken: 1 });
    const moved = await exhibitor.patch(applicationAt(id), { regionCode: '220000' }, { ifMatch: returned.version });
    expect(moved).toMatchObject(refusal(409, 'application.endorsement_binds'));
    good(await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 1_800 }, { ifMatch: returned.version }));
    expect(good(await exhibitor.post(applicationAt(id, '/submit')))).toMatchObject({ status: 'submitted', endorsement: 'region' });
    expect(await quota()).toMatchObject({ taken: 1 });
  });

  it.each(['withdraw', 'reject', 'release'])('is freed by %s', async verb => {
    let { id, version } = await endorsed();
    if (verb === 'release') {
      const boothId = await aBooth(service, edition.editionId, edition.regionalId, { areaType: 'enterprise' });
      ({ id, version } = good(await organizer.post(applicationAt(id, '/approve'), { boothId }, { ifMatch: version })));
    }
    expect(await quota()).toMatchObject({ taken: 1 });
    good(
      verb === 'withdraw'
        ? await exhibitor.post(applicationAt(id, '/withdraw'))
        : await organizer.post(applicationAt(id, `/${verb}`), { reason: '不符合要求' }, { ifMatch: version }),
    );
    expect(await quota()).toMatchObject({ taken: 0, left: 10 });
  });

  it('cannot be taken back once a booth is allocated', async () => {
    const application = await endorsed();
    const boothId = await aBooth(service, edition.editionId, edition.regionalId, { areaType: 'enterprise' });
    const approved = good(await organizer.post(applicationAt(application.id, '/approve'), { boothId }, { ifMatch: application.version }));
    expect(await takeBack(approved)).toMatchObject(refusal(409, 'application.wrong_state', { state: 'approved', allowedActions: [] }));
  });
});

describe('an override', () => {
  it('endorses without using a place of the region, with a flag, a reason and an audit entry', async () => {
    await organizer.put(quotaPath(), { places: 0 }, { ifMatch: 0 });
    const application = await regional();
    expect(await endorse(application)).toMatchObject(refusal(409, 'quota.exhausted', { places: 0 }));
    expect(good(await override(application))).toMatchObject({ endorsement: 'override' });
    expect(await quota()).toMatchObject({ places: 0, taken: 0, overridden: 1 });
    expect((await service.events(applicationEndorsed)).filter(event => event.applicationId === application.id)).toMatchObject([
      { byOverride: true },
    ]);
    const [entry] = await service.query(
      `SELECT action, actor_kind, changes -> 'endorsement_reason' ->> 'after' AS reason FROM audit_entries WHERE aggregate_id = $1 ORDER BY id DESC LIMIT 1`,
      [application.id],
    );
    expect(entry).toEqual({ action: 'endorsement:override', actor_kind: 'user', reason: '中央企业' });
    expect(await takeBack(await read(application))).toMatchObject(refusal(409, 'application.endorsed_by_override'));
    good(await exhibitor.post(applicationAt(application.id, '/withdraw')));
    expect(await quota()).toMatchObject({ overridden: 0 });
  });

  it('needs a reason, If-Match and the permission', async () => {
    const application = await regional();
    const path = applicationAt(application.id, '/override-endorsement');
    expect(await organizer.post(path, {}, { ifMatch: application.version })).toMatchObject(refusal(422, 'body.invalid'));
    expect(await organizer.post(path, { reason: 'x' })).toMatchObject(refusal(428, 'if_match.required'));
    expect(await partner.post(path, { reason: 'x' }, { ifMatch: application.version })).toMatchObject(refusal(403, 'permission.missing'));
    expect(await override(await aSubmitted(exhibitor, edition.editionId, edition.generalId))).toMatchObject(
      refusal(409, 'application.needs_no_endorsement'),
    );
  });
});

describe('the places of a region', () => {
  it('are set by the organizer, never below the number taken', async () => {
    expect(good(await setPlaces(2, 0))).toMatchObject({ version: 1, places: 2, left: 2 });
    expect(await setPlaces(3, 0)).toMatchObject(refusal(412, 'resource.changed'));
    await endorsed();
    await endorsed();
    expect(await endorse(await regional())).toMatchObject(refusal(409, 'quota.exhausted', { places: 2 }));
    const { version } = await quota();
    expect(await setPlaces(1, Number(version))).toMatchObject(refusal(409, 'quota.below_taken', { taken: 2 }));
    expect(good(await setPlaces(3, Number(version)))).toMatchObject({ places: 3, taken: 2, left: 1 });
  });

  it('are listed for all 45 regions', async () => {
    await endorsed();
    const { items: list } = good<{ items: { regionCode: string; taken: number; places: number }[] }>(
      await organizer.get(`/v1/exhibition/editions/${edition.editionId}/quotas`),
    );
    expect(list).toHaveLength(45);
    expect(list.filter(({ taken }) => taken > 0)).toMatchObject([{ regionCode: '210000', taken: 1, places: 10 }]);
    expect(good<object>(await organizer.get(quotaPath('310000')))).toMatchObject({ regionCode: '310000', left: 10 });
  });

  it('cannot be changed without the permission, or for unknown regions', async () => {
    expect((await partner.get(`/v1/exhibition/editions/${edition.editionId}/quotas`)).status).toBe(403);
    expect((await partner.put(quotaPath(), { places: 99 }, { ifMatch: 0 })).status).toBe(403);
    expect((await organizer.get(quotaPath('999999'))).status).toBe(404);
    expect((await organizer.put(quotaPath('999999'), { places: 1 }, { ifMatch: 0 })).status).toBe(404);
    expect((await organizer.get(`/v1/exhibition/editions/${newId()}/quotas`)).status).toBe(404);
    expect((await organizer.put(quotaPath(), { places: -1 }, { ifMatch: 0 })).status).toBe(422);
    expect((await organizer.put(quotaPath(), { places: 1 })).status).toBe(428);
  });
});
