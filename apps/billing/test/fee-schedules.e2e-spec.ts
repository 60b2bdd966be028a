import { randomUUID } from 'node:crypto';
import { feeSchedulePublished, seeds } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { deskOf, publishedFees, type Desk } from './billing.factory.js';

const path = '/v1/billing/fee-schedules';
const net = (amount: number) => ({ amount, currency: 'CNY' });
const standard = (amount: number) => [{ boothType: 'standard', unit: 'booth', net: net(amount) }];

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-01T09:00:00+08:00' });
  desk = deskOf(service);
});

const draft = async (body: Record<string, unknown> = {}) =>
  (await desk.clerk.post(path, { editionId: randomUUID(), lines: standard(100), ...body })).body;
const publish = (id: string, version: number, inForceFrom?: string) =>
  desk.clerk.post(`${path}/${id}/publish`, inForceFrom ? { inForceFrom } : {}, { ifMatch: version });
const inForce = (editionId: string, query: Record<string, unknown> = {}) =>
  service.anonymous.get(`/v1/billing/editions/${editionId}/fee-schedule`, { query });

describe('fee schedules', () => {
  it('have 6 % tax by default, and can be revised until they are published', async () => {
    const editionId = randomUUID();
    const { status, body, headers } = await desk.clerk.post(path, {
      editionId,
      lines: standard(1_200_000),
      note: { zh: '试行', en: 'on trial' },
    });
    expect([status, headers['etag'], headers['location']]).toEqual([201, '"1"', `${path}/${body.id}`]);
    expect(body).toMatchObject({
      editionId,
      status: 'draft',
      inForceFrom: null,
      taxBasisPoints: 600,
      lines: [{ boothType: 'standard', unit: 'booth', net: net(1_200_000) }],
      note: { zh: '试行', en: 'on trial' },
    });
    const revised = await desk.clerk.put(`${path}/${body.id}`, { lines: standard(1_100_000), taxBasisPoints: 900 }, { ifMatch: 1 });
    expect(revised.body).toMatchObject({ version: 2, taxBasisPoints: 900, lines: [{ net: net(1_100_000) }], note: null });
  });

  it('publish one event when they are published, and are in force from then on', async () => {
    const { id, editionId } = await draft({ lines: standard(777) });
    expect((await inForce(editionId)).status).toBe(404);
    const published = await publish(id, 1);
    expect(published.body).toMatchObject({ status: 'published', inForceFrom: '2023-03-01T01:00:00.000Z', version: 2 });
    const events = (await service.events(feeSchedulePublished)).filter(event => event.feeScheduleId === id);
    expect(events).toEqual([
      {
        feeScheduleId: id,
        editionId,
        inForceFrom: '2023-03-01T01:00:00.000Z',
        currency: 'CNY',
        taxBasisPoints: 600,
        lines: [{ boothType: 'standard', unit: 'booth', amount: 777 }],
      },
    ]);
    expect((await inForce(editionId)).body).toMatchObject({ id, lines: [{ net: net(777) }] });
  });

  it('are immutable once published, over the API and in the database', async () => {
    const { id } = await draft();
    await publish(id, 1);
    const revised = await desk.clerk.put(`${path}/${id}`, { lines: standard(5) }, { ifMatch: 2 });
    expect([revised.status, revised.body.code]).toEqual([409, 'fee_schedule.already_published']);
    expect((await publish(id, 2)).body.code).toBe('fee_schedule.already_published');
    await expect(service.query(`UPDATE fee_schedules SET tax_basis_points = 0 WHERE id = $1`, [id])).rejects.toThrow('never changed');
  });

  it('replace each other: a version is in force until the next one starts', async () => {
    const editionId = randomUUID();
    const [now, later] = [await draft({ editionId, lines: standard(100) }), await draft({ editionId, lines: standard(200) })];
    await publish(now.id, 1);
    await publish(later.id, 1, '2023-04-01T00:00:00+08:00');
    const priceAt = async (at: string) => (await inForce(editionId, { at })).body.lines?.[0].net.amount;
    expect(await priceAt('2023-03-31T23:59:59.999+08:00')).toBe(100);
    expect(await priceAt('2023-04-01T00:00:00+08:00')).toBe(200);
    expect((await inForce(editionId, { at: '2023-03-01T08:59:59+08:00' })).status).toBe(404);
  });

  it('never start together, and never in a past that already has prices', async () => {
    const editionId = randomUUID();
    const drafts = await Promise.all([draft({ editionId }), draft({ editionId }), draft({ editionId }), draft({ editionId })]);
    const [first, second, third, fourth] = drafts.map(({ id }) => id as string);
    await publish(first!, 1, '2023-02-01T00:00:00+08:00');
    expect((await publish(second!, 1, '2023-02-15T00:00:00+08:00')).body.code).toBe('fee_schedule.retroactive');
    expect((await publish(second!, 1, '2023-05-01T00:00:00+08:00')).status).toBe(200);
    const together = await publish(third!, 1, '2023-04-30T16:00:00Z');
    expect([together.status, together.body.code]).toEqual([409, 'fee_schedule.start_taken']);
    // Nothing was in force before the first version, so that gap may be filled.
    expect((await publish(fourth!, 1, '2023-01-01T00:00:00+08:00')).status).toBe(200);
  });

  it('never start together when two are published concurrently, whatever the code does', async () => {
    const editionId = randomUUID();
    const drafts = await Promise.all([draft({ editionId }), draft({ editionId })]);
    const answers = await Promise.all(drafts.map(({ id }) => publish(id, 1, '2023-06-01T00:00:00+08:00')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [loser] = await service.query<{ id: string }>(`SELECT id FROM fee_schedules WHERE edition_id = $1 AND status = 'draft'`, [
      editionId,
    ]);
    const forced = service.query(
      `UPDATE fee_schedules SET status = 'published', in_force_from = '2023-06-01T00:00:00+08:00' WHERE id = $1`,
      [loser?.id],
    );
    await expect(forced).rejects.toThrow('fee_schedules_one_start');
  });

  it('are public and cacheable while in force, in both languages or one', async () => {
    const { editionId } = await publishedFees(desk, { note: { zh: '试行', en: 'on trial' } });
    const first = await inForce(editionId);
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    const again = await service.anonymous.get(`/v1/billing/editions/${editionId}/fee-schedule`, {
      headers: { 'if-none-match': first.headers['etag'] as string },
    });
    expect(again.status).toBe(304);
    expect((await inForce(editionId, { lang: 'zh' })).body.note).toBe('试行');
  });

  it('are listed by edition and state', async () => {
    const editionId = randomUUID();
    const [one, two] = [await draft({ editionId }), await draft({ editionId })];
    await draft();
    await publish(one.id, 1);
    const ids = async (query: Record<string, unknown>) =>
      (await desk.auditor.get(path, { query: { editionId, ...query } })).body.items.map((item: { id: string }) => item.id);
    expect(await ids({})).toEqual([two.id, one.id]);
    expect(await ids({ status: 'published' })).toEqual([one.id]);
    const counted = await desk.auditor.get(path, { query: { editionId, count: true, limit: 1 } });
    expect([counted.body.total, counted.body.items.length]).toEqual([2, 1]);
  });

  it.each([
    ['a negative price', { lines: standard(-1) }, '/lines/0/net/amount', 'too_small'],
    ['a price of nothing', { lines: standard(0) }, '/lines/0/net/amount', 'too_small'],
    ['a fraction of a fen', { lines: standard(1.5) }, '/lines/0/net/amount', 'not_an_integer'],
    [
      'a price as text',
      { lines: [{ boothType: 'standard', unit: 'booth', net: { amount: '100', currency: 'CNY' } }] },
      '/lines/0/net/amount',
      'not_an_integer',
    ],
    [
      'another currency',
      { lines: [{ boothType: 'standard', unit: 'booth', net: { amount: 1, currency: 'EUR' } }] },
      '/lines/0/net/currency',
      'not_allowed',
    ],
    ['no lines', { lines: [] }, '/lines', 'too_few'],
    ['a type priced twice', { lines: [...standard(1), ...standard(2)] }, '/lines/1/boothType', 'repeated'],
    ['a type nobody knows', { lines: [{ boothType: 'tent', unit: 'booth', net: net(1) }] }, '/lines/0/boothType', 'not_allowed'],
    ['a tax above 100 %', { taxBasisPoints: 10_001 }, '/taxBasisPoints', 'too_large'],
    ['a field nobody knows', { discount: 5 }, '/discount', 'unknown'],
  ])('refuse %s', async (_what, body, pointer, code) => {
    const { status, body: problem } = await desk.clerk.post(path, { editionId: randomUUID(), lines: standard(100), ...body });
    expect([status, problem.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
  });

  it('refuse an instant without zone or one that does not exist', async () => {
    const { id } = await draft();
    for (const inForceFrom of ['2023-02-29T00:00:00Z', '2023-03-01T00:00:00', '2023-03-01', 'soon']) {
      const { status, body } = await publish(id, 1, inForceFrom);
      expect([inForceFrom, status, body.errors?.[0]?.code]).toEqual([inForceFrom, 422, 'not_an_instant']);
    }
    expect((await inForce(randomUUID(), { at: 'yesterday' })).status).toBe(400);
    expect((await service.anonymous.get('/v1/billing/editions/21/fee-schedule')).body.code).toBe('id.malformed');
  });

  it('require the version that was read', async () => {
    const { id } = await draft();
    expect((await desk.clerk.post(`${path}/${id}/publish`, {})).status).toBe(428);
    expect((await publish(id, 9)).status).toBe(412);
    expect((await desk.clerk.put(`${path}/${id}`, { lines: standard(1) })).status).toBe(428);
    expect((await desk.clerk.put(`${path}/${randomUUID()}`, { lines: standard(1) }, { ifMatch: 1 })).status).toBe(404);
  });

  it('can be written by organizer and finance', async () => {
    const { id } = await draft();
    const exhibitor = service.as({ roles: ['organisation_admin'], organisationId: randomUUID() });
    for (const outsider of [exhibitor, service.as({ roles: ['province_partner'], regionCode: '210000' })]) {
      expect((await outsider.post(path, { editionId: randomUUID(), lines: standard(1) })).status).toBe(403);
      expect((await outsider.get(`${path}/${id}`)).status).toBe(403);
      expect((await outsider.post(`${path}/${id}/publish`, {}, { ifMatch: 1 })).status).toBe(403);
    }
    expect((await desk.auditor.put(`${path}/${id}`, { lines: standard(1) }, { ifMatch: 1 })).status).toBe(403);
    expect((await service.anonymous.get(path)).status).toBe(401);
    expect((await service.anonymous.post(path, { editionId: randomUUID(), lines: standard(1) })).status).toBe(401);
  });
});

describe('the seed', () => {
  it('prices both editions once, marked as invented, however often it runs', async () => {
    await seedBilling(service.find);
    await seedBilling(service.find);
    for (const editionId of [seeds.edition21, seeds.demoEdition]) {
      const { body } = await inForce(editionId);
      expect(body.note.zh).toContain('虚构');
      expect(body.lines.map((line: { boothType: string }) => line.boothType)).toEqual(['standard', 'corner', 'raw_space']);
      expect(await service.query(`SELECT 1 FROM fee_schedules WHERE edition_id = $1`, [editionId])).toHaveLength(1);
    }
  });
});
