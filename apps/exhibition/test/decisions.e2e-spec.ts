import { applicationRejected, applicationReturned, applicationSubmitted } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import {
  anApproved,
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aSubmitted,
  good,
  inTime,
  partnerOf,
  type Application,
} from './booking.factory.js';
import { aBooth, aNode, organizerOf } from './exhibition.factory.js';

const corrections = [
  { pointer: '/exhibits/0/description', text: '请补充技术指标' },
  { pointer: '/fasciaName/en', text: 'Please use the registered English name' },
];
const correctBy = '2023-03-10T18:00:00+08:00';

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
const back = ({ id, version }: Application, body: object = { corrections, correctBy }, by = organizer) =>
  by.post(applicationAt(id, '/return'), body, { ifMatch: version });
const reject = ({ id, version }: Application, by = organizer) =>
  by.post(applicationAt(id, '/reject'), { reason: '与展区主题不符' }, { ifMatch: version });

describe('returning for correction', () => {
  it('gives the applicant a reason per field and a deadline', async () => {
    const application = await submitted();
    expect(good(await back(application))).toMatchObject({ status: 'returned', corrections, correctBy: '2023-03-10T10:00:00.000Z' });
    expect(good(await exhibitor.get(applicationAt(application.id)))).toMatchObject({
      corrections,
      allowedActions: ['edit', 'submit', 'withdraw'],
    });
    expect((await service.events(applicationReturned)).filter(event => event.applicationId === application.id)).toMatchObject([
      { correctBy: '2023-03-10T10:00:00.000Z' },
    ]);
  });

  it('allows resubmission until then, also after the application deadline, under the same number', async () => {
    service.clock.set('2023-03-24T20:00:00+08:00');
    const application = await submitted();
    const returned = good(await back(application, { corrections, correctBy: '2023-03-28T18:00:00+08:00' }));
    service.clock.set('2023-03-28T17:59:59+08:00');
    good(
      await exhibitor.patch(
        applicationAt(application.id),
        { exhibits: [{ name: '测距仪', description: '精度 0.1 mm', type: 'technology' }] },
        { ifMatch: returned.version },
      ),
    );
    expect(good(await exhibitor.post(applicationAt(application.id, '/submit')))).toMatchObject({
      status: 'submitted',
      number: application.number,
      isLate: false,
      corrections: [],
      correctBy: null,
    });
    expect((await service.events(applicationSubmitted)).filter(event => event.applicationId === application.id)).toHaveLength(2);
  });

  it('is over when both the time to correct and the deadline have passed', async () => {
    const early = await submitted();
    good(await back(early));
    const late = await submitted();
    good(await back(late, { corrections, correctBy: '2023-03-28T18:00:00+08:00' }));
    service.clock.set('2023-03-20T09:00:00+08:00');
    expect((await exhibitor.post(applicationAt(early.id, '/submit'))).status).toBe(200);
    service.clock.set('2023-03-28T18:00:00+08:00');
    expect(await exhibitor.post(applicationAt(late.id, '/submit'))).toMatchObject(refusal(409, 'application.deadline_passed'));
  });

  it.each([
    ['no corrections', { corrections: [], correctBy }, 'body.invalid'],
    ['a pointer that is none', { corrections: [{ pointer: 'exhibits', text: 'x' }], correctBy }, 'body.invalid'],
    ['no text', { corrections: [{ pointer: '/exhibits' }], correctBy }, 'body.invalid'],
    ['no time', { corrections }, 'body.invalid'],
    ['a day that does not exist', { corrections, correctBy: '2023-02-30T00:00:00+08:00' }, 'body.invalid'],
    ['an instant without time zone', { corrections, correctBy: '2023-03-10T00:00:00' }, 'body.invalid'],
  ])('refuses %s', async (_, body, code) => {
    expect(await back(await submitted(), body)).toMatchObject(refusal(422, code));
  });

  it('refuses a past time', async () => {
    expect(await back(await submitted(), { corrections, correctBy: inTime })).toMatchObject(refusal(409, 'application.correct_by_past'));
  });
});

describe('rejecting', () => {
  it('ends an application with a reason for the applicant', async () => {
    const application = await submitted();
    expect(good(await reject(application))).toMatchObject({ status: 'rejected', rejectionReason: '与展区主题不符', allowedActions: [] });
    expect(good(await exhibitor.get(applicationAt(application.id)))).toMatchObject({
      rejectionReason: '与展区主题不符',
      allowedActions: [],
    });
    expect((await service.events(applicationRejected)).filter(event => event.applicationId === application.id)).toHaveLength(1);
    expect(await exhibitor.post(applicationAt(application.id, '/submit'))).toMatchObject(
      refusal(409, 'application.wrong_state', { allowedActions: [] }),
    );
    expect(await exhibitor.post(applicationAt(application.id, '/withdraw'))).toMatchObject(refusal(409, 'application.wrong_state'));
  });

  it('is possible while it is returned, too', async () => {
    expect(good(await reject(good(await back(await submitted()))))).toMatchObject({ status: 'rejected' });
  });

  it('happens once per key', async () => {
    const { id, version } = await submitted();
    const key = `key-${newId()}`;
    const send = (reason: string) => organizer.post(applicationAt(id, '/reject'), { reason }, { ifMatch: version, key });
    const first = await send('重复申请');
    expect((await send('重复申请')).body).toEqual(first.body);
    expect(await send('另一个理由')).toMatchObject(refusal(422, 'idempotency.key_reused'));
    expect((await service.events(applicationRejected)).filter(event => event.applicationId === id)).toHaveLength(1);
  });
});

const verbs: readonly (readonly [verb: string, body: object])[] = [
  ['return', { corrections, correctBy }],
  ['reject', { reason: 'x' }],
  ['approve', { boothId: newId() }],
  ['swap-booth', { boothId: newId() }],
  ['extend-pay-by', { payBy: '2023-04-10' }],
  ['release', { reason: 'x' }],
  ['override-endorsement', { reason: 'x' }],
];

describe.each(verbs)('%s', (verb, body) => {
  const send = (id: string, by: Api, ifMatch?: number) =>
    by.post(applicationAt(id, `/${verb}`), body, ifMatch === undefined ? {} : { ifMatch });
  const withBooth = async () => ('boothId' in body ? { boothId: await aBooth(service, edition.editionId, edition.generalId) } : body);

  it('is refused to exhibitors, partners, auditors and strangers', async () => {
    const { id, version } = await submitted();
    for (const by of [exhibitor, partnerOf(service), service.as({ roles: ['auditor'] }), service.as({ roles: ['finance_clerk'] })]) {
      expect(await send(id, by, version)).toMatchObject(refusal(403, 'permission.missing'));
    }
    expect((await send(id, service.anonymous, version)).status).toBe(401);
  });

  it('needs the version that was read', async () => {
    const { id, version } = await submitted();
    const sent = await withBooth();
    const path = applicationAt(id, `/${verb}`);
    expect(await organizer.post(path, sent)).toMatchObject(refusal(428, 'if_match.required'));
    expect(await organizer.post(path, sent, { ifMatch: version - 1 })).toMatchObject(
      refusal(412, 'resource.changed', { currentETag: `"${version}"` }),
    );
    expect(await organizer.post(path, sent, { ifMatch: '*' })).toMatchObject(refusal(412, 'if_match.not_one_version'));
  });

  it('is refused for a missing application or a draft', async () => {
    const sent = await withBooth();
    const { id } = good(
      await exhibitor.post('/v1/exhibition/applications', { editionId: edition.editionId, boardId: edition.generalId }),
      201,
    );
    for (const missing of [newId(), id]) {
      expect(await organizer.post(applicationAt(missing, `/${verb}`), sent, { ifMatch: 1 })).toMatchObject(
        refusal(404, 'application.not_found'),
      );
    }
  });

  it('names the possible actions when it is refused', async () => {
    const sent = await withBooth();
    const { id, version } = good(await reject(await submitted()));
    const attempted = verb.replaceAll('-', '_');
    expect(await organizer.post(applicationAt(id, `/${verb}`), sent, { ifMatch: version })).toMatchObject(
      refusal(409, 'application.wrong_state', { state: 'rejected', attempted, allowedActions: [] }),
    );
  });

  it('requires its fields and no others', async () => {
    const { id, version } = await submitted();
    for (const wrong of [{}, { ...body, colour: 'red' }]) {
      expect(await organizer.post(applicationAt(id, `/${verb}`), wrong, { ifMatch: version })).toMatchObject(refusal(422, 'body.invalid'));
    }
  });
});

describe('the states that an organizer sees', () => {
  it('list the possible actions', async () => {
    const application = await submitted();
    const open = async (id: string) => good(await organizer.get(applicationAt(id))).allowedActions;
    expect(await open(application.id)).toEqual(['return', 'reject', 'approve']);
    const returned = good(await back(application));
    expect(await open(application.id)).toEqual(['reject']);
    expect(await back(returned)).toMatchObject(refusal(409, 'application.wrong_state', { state: 'returned', allowedActions: ['reject'] }));
    const approved = await anApproved(service, exhibitor, edition);
    expect(await open(approved.id)).toEqual(['swap_booth', 'extend_pay_by', 'release']);
    expect(await reject(approved)).toMatchObject(
      refusal(409, 'application.wrong_state', { allowedActions: ['swap_booth', 'extend_pay_by', 'release'] }),
    );
    const auditor = service.as({ roles: ['auditor'] });
    expect(good(await auditor.get(applicationAt(approved.id))).allowedActions).toEqual([]);
  });
});

describe('internal notes', () => {
  it('are for the organizer; applicant and partner never see them', async () => {
    const { id } = await submitted();
    const note = good<object>(await organizer.post(applicationAt(id, '/notes'), { text: '内部意见：需核实资质' }), 201);
    expect(note).toMatchObject({ applicationId: id, text: '内部意见：需核实资质' });
    expect(good<object>(await organizer.get(applicationAt(id, '/notes')))).toEqual({ items: [note] });
    for (const caller of [exhibitor, partnerOf(service)]) {
      expect(await caller.get(applicationAt(id, '/notes'))).toMatchObject(refusal(403, 'permission.missing'));
      expect(await caller.post(applicationAt(id, '/notes'), { text: 'x' })).toMatchObject(refusal(403, 'permission.missing'));
    }
    for (const path of [applicationAt(id), '/v1/exhibition/applications']) {
      const { text } = await exhibitor.get(path);
      expect(text).toContain(id);
      expect(text).not.toContain('核实资质');
    }
    const audited = await service.query('SELECT changes::text FROM audit_entries');
    expect(JSON.stringify(audited)).not.toContain('核实资质');
  });

  it('need text and a submitted application', async () => {
    const { id } = await submitted();
    expect((await organizer.post(applicationAt(id, '/notes'), { text: ' ' })).status).toBe(422);
    expect((await organizer.post(applicationAt(newId(), '/notes'), { text: 'x' })).status).toBe(404);
    expect((await organizer.get(applicationAt(newId(), '/notes'))).status).toBe(404);
  });
});

describe('a unit that undertakes a board', () => {
  const undertaken = async () => {
    const organisationId = newId();
    const unit = { zh: '承办单位', en: 'Undertaker' };
    const boardId = await aNode(service, edition.editionId, {
      responsibilities: [{ role: 'undertake', unit, organisationId, regionCode: null }],
    });
    return { boardId, undertaker: service.as({ roles: ['zone_undertaker'], organisationId }) };
  };

  it('sees and decides on the applications for it, and on no others', async () => {
    const { boardId, undertaker } = await undertaken();
    const own = await aSubmitted(exhibitor, edition.editionId, boardId);
    const other = await submitted();
    const list = good<{ items: { id: string }[] }>(await undertaker.get('/v1/exhibition/applications'));
    expect(list.items.map(({ id }) => id)).toEqual([own.id]);
    expect(good(await undertaker.get(applicationAt(own.id))).allowedActions).toEqual(['return', 'reject', 'approve']);
    expect(await undertaker.get(applicationAt(other.id))).toMatchObject(refusal(404, 'application.not_found'));
    expect(await reject(other, undertaker)).toMatchObject(refusal(404, 'application.not_found'));
    expect(await back(other, { corrections, correctBy }, undertaker)).toMatchObject(refusal(404, 'application.not_found'));
    expect((await undertaker.post(applicationAt(other.id, '/notes'), { text: 'x' })).status).toBe(404);
    const boothId = await aBooth(service, edition.editionId, boardId);
    expect(await undertaker.post(applicationAt(other.id, '/approve'), { boothId }, { ifMatch: other.version })).toMatchObject(
      refusal(404, 'application.not_found'),
    );
    expect(good(await undertaker.post(applicationAt(own.id, '/approve'), { boothId }, { ifMatch: own.version }))).toMatchObject({
      status: 'approved',
    });
  });

  it('sees nothing if it undertakes nothing', async () => {
    const { id } = await submitted();
    const idle = service.as({ roles: ['zone_undertaker'], organisationId: newId() });
    expect((await idle.get(applicationAt(id))).status).toBe(404);
    expect(good<{ items: unknown[] }>(await idle.get('/v1/exhibition/applications')).items).toEqual([]);
  });
});
