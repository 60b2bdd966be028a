import {
  agreementGenerated,
  applicationApproved,
  applicationBoothSwapped,
  applicationPayByExtended,
  applicationReleased,
  editionChanged,
  type EventType,
} from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import {
  anApproved,
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aRegional,
  aScan,
  aSubmitted,
  good,
  inTime,
  partnerOf,
  type Application,
} from './booking.factory.js';
import { aBooth, aNode, organizerOf } from './exhibition.factory.js';

let service: TestService;
let edition: { editionId: string; regionalId: string; generalId: string };
let exhibitor: Api;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
  edition = await anOpenEdition(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  ({ exhibitor } = await anExhibitor(service));
});

const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const submitted = () => aSubmitted(exhibitor, edition.editionId, edition.generalId);
const booth = (body: object = {}, boardId = edition.generalId) => aBooth(service, edition.editionId, boardId, body);
const approved = () => anApproved(service, exhibitor, edition);
const send = (verb: string, { id, version }: Application, body: object) =>
  organizer.post(applicationAt(id, `/${verb}`), body, { ifMatch: version });
const approve = (application: Application, body: object) => send('approve', application, body);
const availability = async (boothId: string) =>
  good<{ availability: string }>(await service.anonymous.get(`/v1/exhibition/booths/${boothId}`)).availability;
const liveAllocations = (applicationId: string) =>
  service.query<{ id: string; booth_id: string }>('SELECT id, booth_id FROM allocations WHERE application_id = $1 AND is_live', [
    applicationId,
  ]);
const published = async <Data extends { applicationId: string }>(event: EventType<Data>, id: string) =>
  (await service.events(event)).filter(({ applicationId }) => applicationId === id);

describe('approving', () => {
  it('allocates the booth, sets the payment deadline, publishes an event and creates the agreement', async () => {
    const boothId = await booth({ number: '2A-900' });
    const application = await submitted();
    const body = good(await approve(application, { boothId, payBy: '2023-03-20' }));
    expect(body).toMatchObject({
      status: 'approved',
      payBy: '2023-03-20',
      boothNumber: '2A-900',
      booth: { boothId, boothNumber: '2A-900', boothType: 'standard', areaDm2: 900 },
      isPaid: false,
      isSealVerified: false,
    });
    const allocationId = body.booth?.allocationId;
    expect(await published(applicationApproved, application.id)).toEqual([
      expect.objectContaining({ allocationId, boothId, boothNumber: '2A-900', boothType: 'standard', areaDm2: 900, payBy: '2023-03-20' }),
    ]);
    expect((await service.events(agreementGenerated)).filter(event => event.applicationId === application.id)).toMatchObject([
      { agreementVersion: 1 },
    ]);
    expect(await liveAllocations(application.id)).toEqual([{ id: allocationId, booth_id: boothId }]);
    expect(await availability(boothId)).not.toBe('free');
    expect(good(await exhibitor.get(applicationAt(application.id)))).toMatchObject({ allowedActions: ['withdraw'], payBy: '2023-03-20' });
  });

  it('gives 14 Chinese days to pay by default', async () => {
    service.clock.set('2023-03-01T23:30:00+08:00');
    expect(good(await approve(await submitted(), { boothId: await booth() }))).toMatchObject({ payBy: '2023-03-15' });
    expect(good(await approve(await submitted(), { boothId: await booth(), payBy: '2023-03-01' }))).toMatchObject({ payBy: '2023-03-01' });
    expect(await approve(await submitted(), { boothId: await booth(), payBy: '2023-02-28' })).toMatchObject(
      refusal(409, 'application.pay_by_too_early', { earliest: '2023-03-01' }),
    );
    expect(await approve(await submitted(), { boothId: await booth(), payBy: '2023-02-30' })).toMatchObject(refusal(422, 'body.invalid'));
  });

  it('refuses a booth that is taken, and changes nothing', async () => {
    const { boothId } = await approved();
    const application = await submitted();
    expect(await approve(application, { boothId })).toMatchObject(refusal(409, 'booth.taken', { boothId }));
    expect(good(await organizer.get(applicationAt(application.id)))).toMatchObject({
      status: 'submitted',
      version: application.version,
      booth: null,
    });
    expect(await published(applicationApproved, application.id)).toEqual([]);
  });

  it('refuses a booth that is blocked, on another board, in another area or unknown', async () => {
    const blocked = await booth();
    good(await organizer.post(`/v1/exhibition/booths/${blocked}/block`, { reason: '消防通道' }, { ifMatch: 1 }));
    const elsewhere = await booth({}, await aNode(service, edition.editionId));
    const application = await submitted();
    expect(await approve(application, { boothId: blocked })).toMatchObject(refusal(409, 'booth.not_available'));
    expect(await approve(application, { boothId: elsewhere })).toMatchObject(refusal(409, 'booth.other_board'));
    expect(await approve(application, { boothId: newId() })).toMatchObject(
      refusal(422, 'body.invalid', { errors: [expect.objectContaining({ pointer: '/boothId', code: 'unknown' })] }),
    );
    const government = await booth({ areaType: 'government' }, edition.regionalId);
    const regional = await aRegional(exhibitor, edition.editionId, edition.regionalId);
    const endorsed = good(await partnerOf(service).post(applicationAt(regional.id, '/endorse'), {}, { ifMatch: regional.version }));
    expect(await approve(endorsed, { boothId: government })).toMatchObject(refusal(409, 'booth.other_area'));
  });

  it('needs the endorsement of the region for its enterprise area only', async () => {
    const boothId = await booth({ areaType: 'enterprise' }, edition.regionalId);
    const regional = await aRegional(exhibitor, edition.editionId, edition.regionalId);
    expect(good(await organizer.get(applicationAt(regional.id))).allowedActions).toEqual(['return', 'reject', 'override_endorsement']);
    expect(await approve(regional, { boothId })).toMatchObject(refusal(409, 'application.not_endorsed'));
    const endorsed = good(await partnerOf(service).post(applicationAt(regional.id, '/endorse'), {}, { ifMatch: regional.version }));
    expect(good(await approve(endorsed, { boothId }))).toMatchObject({ status: 'approved' });
    const government = await aRegional(exhibitor, edition.editionId, edition.regionalId, { areaType: 'government' });
    expect(good(await approve(government, { boothId: await booth({ areaType: 'government' }, edition.regionalId) }))).toMatchObject({
      status: 'approved',
    });
  });

  it('has one effect per key', async () => {
    const { id, version } = await submitted();
    const boothId = await booth();
    const key = `key-${newId()}`;
    const once = () => organizer.post(applicationAt(id, '/approve'), { boothId }, { ifMatch: version, key });
    const [first, again] = [await once(), await once()];
    expect(again.body).toEqual(first.body);
    expect(await published(applicationApproved, id)).toHaveLength(1);
    expect(await organizer.post(applicationAt(id, '/approve'), { boothId: await booth() }, { ifMatch: version, key })).toMatchObject(
      refusal(422, 'idempotency.key_reused'),
    );
    expect(await organizer.post(applicationAt(id, '/approve'), { boothId }, { ifMatch: version, key: false })).toMatchObject(
      refusal(400, 'idempotency.key_required'),
    );
  });

  it('prevents blocking and removing the booth', async () => {
    const { boothId } = await approved();
    expect(await organizer.post(`/v1/exhibition/booths/${boothId}/block`, { reason: 'x' }, { ifMatch: 1 })).toMatchObject(
      refusal(409, 'booth.taken'),
    );
    expect((await organizer.delete(`/v1/exhibition/booths/${boothId}`, { ifMatch: 1 })).status).toBe(409);
  });
});

describe('swapping the booth', () => {
  it('exchanges it for one of the same type and size, and creates a new agreement', async () => {
    const application = await approved();
    await aScan(exhibitor, application.id);
    const boothId = await booth();
    const body = good(await send('swap-booth', application, { boothId }));
    expect(body).toMatchObject({ status: 'approved', booth: { boothId } });
    expect(await published(applicationBoothSwapped, application.id)).toMatchObject([{ boothId, allocationId: body.booth?.allocationId }]);
    expect(await liveAllocations(application.id)).toEqual([{ id: body.booth?.allocationId, booth_id: boothId }]);
    expect([await availability(application.boothId), await availability(boothId)]).toEqual(['free', expect.not.stringMatching(/^free$/)]);
    const agreement = good<object>(await exhibitor.get(applicationAt(application.id, '/agreement')));
    expect(agreement).toMatchObject({
      status: 'awaiting_scan',
      textVersion: 2,
      texts: [{ textVersion: 1 }, { textVersion: 2 }],
      scans: [{ textVersion: 1, verdict: 'superseded' }],
    });
  });

  it('voids a verified seal on the agreement about the old booth', async () => {
    const application = await approved();
    const { version } = await aScan(exhibitor, application.id);
    good(await organizer.post(applicationAt(application.id, '/agreement/verify-seal'), {}, { ifMatch: version }));
    const verified = good(await organizer.get(applicationAt(application.id)));
    expect(verified['isSealVerified']).toBe(true);
    expect(good(await send('swap-booth', verified, { boothId: await booth() }))).toMatchObject({ isSealVerified: false });
  });

  it('refuses other types, other sizes, taken booths and the same booth', async () => {
    const application = await approved();
    const { boothId: taken } = await approved();
    const cases: [string, string][] = [
      [await booth({ type: 'corner' }), 'booth.other_type'],
      [await booth({ areaDm2: 1_800 }), 'booth.other_size'],
      [await booth({}, await aNode(service, edition.editionId)), 'booth.other_board'],
      [taken, 'booth.taken'],
      [application.boothId, 'booth.same'],
    ];
    for (const [boothId, code] of cases) expect(await send('swap-booth', application, { boothId })).toMatchObject(refusal(409, code));
    expect(await liveAllocations(application.id)).toMatchObject([{ booth_id: application.boothId }]);
  });
});

describe('an extension of the payment deadline', () => {
  it('sets a later day and publishes an event', async () => {
    const application = await approved();
    expect(await send('extend-pay-by', application, { payBy: '2023-03-15' })).toMatchObject(
      refusal(409, 'application.pay_by_too_early', { earliest: '2023-03-16' }),
    );
    expect(good(await send('extend-pay-by', application, { payBy: '2023-03-22' }))).toMatchObject({
      payBy: '2023-03-22',
      status: 'approved',
    });
    expect((await service.events(applicationPayByExtended)).filter(event => event.applicationId === application.id)).toMatchObject([
      { payBy: '2023-03-22' },
    ]);
  });

  it('cannot set a past day', async () => {
    const application = await approved();
    service.clock.set('2023-03-20T09:00:00+08:00');
    expect(await send('extend-pay-by', application, { payBy: '2023-03-18' })).toMatchObject(
      refusal(409, 'application.pay_by_too_early', { earliest: '2023-03-20' }),
    );
  });
});

describe('the last possible day to pay', () => {
  const tooLate = refusal(409, 'application.pay_by_too_late', { latest: '2023-04-14' });

  it('is the day before the edition starts', async () => {
    expect(await approve(await submitted(), { boothId: await booth(), payBy: '2023-04-15' })).toMatchObject(tooLate);
    const application = good(await approve(await submitted(), { boothId: await booth(), payBy: '2023-04-13' }));
    expect(await send('extend-pay-by', application, { payBy: '2023-04-15' })).toMatchObject(tooLate);
    expect(good(await send('extend-pay-by', application, { payBy: '2023-04-14' }))).toMatchObject({ payBy: '2023-04-14' });
  });

  it('shortens the usual days before the edition, and leaves none from its first day on', async () => {
    const [first, second, boothId] = [await submitted(), await submitted(), await booth()];
    service.clock.set('2023-04-10T09:00:00+08:00');
    expect(good(await approve(first, { boothId: await booth() }))).toMatchObject({ payBy: '2023-04-14' });
    service.clock.set('2023-04-15T00:00:00+08:00');
    expect(await approve(second, { boothId })).toMatchObject(tooLate);
    expect(await approve(second, { boothId, payBy: '2023-04-15' })).toMatchObject(tooLate);
  });

  it('moves with the dates of the edition', async () => {
    const own = await anOpenEdition(service);
    const application = await anApproved(service, exhibitor, own);
    await service.receive(
      editionChanged,
      { editionId: own.editionId, ordinal: 21, code: '21', startsOn: '2023-05-20', endsOn: '2023-05-21', published: true },
      { aggregateVersion: 2 },
    );
    expect(good(await send('extend-pay-by', application, { payBy: '2023-05-19' }))).toMatchObject({ payBy: '2023-05-19' });
  });
});

describe('a booth', () => {
  it('is released by the organizer with a reason for the applicant', async () => {
    const application = await approved();
    expect(good(await send('release', application, { reason: '展区调整' }))).toMatchObject({
      status: 'released',
      releaseReason: 'organizer',
      releaseNote: '展区调整',
      boothNumber: null,
      allowedActions: [],
    });
    expect((await service.events(applicationReleased)).filter(event => event.applicationId === application.id)).toMatchObject([
      { reason: 'organizer' },
    ]);
    expect(await availability(application.boothId)).toBe('free');
    expect(good<object>(await exhibitor.get(applicationAt(application.id, '/agreement')))).toMatchObject({
      status: 'closed',
      allowedActions: [],
    });
    expect(good(await approve(await submitted(), { boothId: application.boothId }))).toMatchObject({ status: 'approved' });
  });

  it('is free again when the applicant withdraws', async () => {
    const application = await approved();
    expect(good(await exhibitor.post(applicationAt(application.id, '/withdraw')))).toMatchObject({
      status: 'withdrawn',
      boothNumber: null,
    });
    expect(await availability(application.boothId)).toBe('free');
    expect(await liveAllocations(application.id)).toEqual([]);
    expect(await send('swap-booth', { ...application, version: application.version + 1 }, { boothId: await booth() })).toMatchObject(
      refusal(409, 'application.wrong_state', { state: 'withdrawn', allowedActions: [] }),
    );
  });

  it('has one live allocation, even after a direct write to the database', async () => {
    const { boothId, id } = await approved();
    const other = await submitted();
    const insert = (applicationId: string, into: string) =>
      service.query(`INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at) VALUES ($1, $2, $3, true, now())`, [
        newId(),
        applicationId,
        into,
      ]);
    await expect(insert(other.id, boothId)).rejects.toThrow('allocations_one_live_per_booth');
    await expect(insert(id, await booth())).rejects.toThrow('allocations_one_live_per_application');
  });
});
