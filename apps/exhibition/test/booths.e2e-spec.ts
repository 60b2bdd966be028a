import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { aBooth, anAllocation, anEdition, aNode, aVenue, boothBody, fees, nextCode, organizerOf } from './exhibition.factory.js';

let service: TestService;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
});

const boothAt = (id: string) => `/v1/exhibition/booths/${id}`;
const listOf = (editionId: string, query: object = {}) =>
  service.anonymous.get(`/v1/exhibition/editions/${editionId}/booths`, { query: { ...query } });
const numbers = (response: { body: unknown }) => (response.body as { items: { number: string }[] }).items.map(({ number }) => number);
const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const fieldRefusal = (pointer: string, code: string) => ({
  status: 422,
  body: expect.objectContaining({ errors: [expect.objectContaining({ pointer, code })] }) as unknown,
});
const yuan = (amount: number) => ({ amount, currency: 'CNY' });
const anEditionWithVenue = async () => {
  const editionId = await anEdition(service);
  return { editionId, ...(await aVenue(service, editionId)) };
};

describe('a booth', () => {
  it('shows size, type, hall and price', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    await fees(service, editionId);
    const id = await aBooth(service, editionId, generalId, {
      number: '4C-001',
      type: 'raw_space',
      areaDm2: 3_650,
      widthDm: 73,
      depthDm: 50,
      hall: 4,
      floor: 1,
    });
    const { status, body, headers } = await service.anonymous.get(boothAt(id));
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=5']);
    expect(body).toMatchObject({
      id,
      version: 1,
      editionId,
      nodeId: generalId,
      number: '4C-001',
      hall: 4,
      floor: 1,
      type: 'raw_space',
      areaType: 'general',
      areaDm2: 3_650,
      areaM2: 36.5,
      widthDm: 73,
      depthDm: 50,
      availability: 'free',
      price: { net: yuan(3_650_000), tax: yuan(219_000), gross: yuan(3_869_000) },
      isInvented: false,
    });
  });

  it('has no price before there are fees, and then that of the fees in force', async () => {
    service.clock.set('2023-03-01T09:00:00+08:00');
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId);
    const gross = async () => ((await service.anonymous.get(boothAt(id))).body as { price: { gross: object } | null }).price?.gross;
    expect(await gross()).toBeUndefined();
    await fees(service, editionId, '2023-03-01T10:00:00+08:00');
    expect(await gross()).toBeUndefined();
    service.clock.set('2023-03-01T10:00:00+08:00');
    expect(await gross()).toEqual(yuan(1_272_000));
  });

  it('has an ETag that changes when it is taken', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId);
    const first = await service.anonymous.get(boothAt(id));
    const known = { headers: { 'if-none-match': String(first.headers['etag']) } };
    const again = await service.anonymous.get(boothAt(id), known);
    expect([again.status, again.text]).toEqual([304, '']);
    await anAllocation(service, editionId, generalId, id);
    const taken = await service.anonymous.get(boothAt(id), known);
    expect([taken.status, (taken.body as { availability: string }).availability]).toEqual([200, 'taken']);
  });

  it('is hidden while the edition is not published, and 404 if there is none', async () => {
    const editionId = await anEdition(service, { published: false });
    const { generalId } = await aVenue(service, editionId);
    const id = await aBooth(service, editionId, generalId);
    expect(await service.anonymous.get(boothAt(id))).toMatchObject(refusal(404, 'booth.not_found'));
    expect((await organizer.get(boothAt(id))).status).toBe(200);
    expect(await listOf(editionId)).toMatchObject(refusal(404, 'edition.not_found'));
    expect((await organizer.get(`/v1/exhibition/editions/${editionId}/venue/booths`)).body).toMatchObject({ items: [{ id }] });
    expect(await service.anonymous.get(boothAt(newId()))).toMatchObject(refusal(404, 'booth.not_found'));
    expect(await service.anonymous.get(boothAt('2B-017'))).toMatchObject(refusal(400, 'id.malformed'));
  });
});

describe('the list of booths', () => {
  let editionId: string;
  let venue: { pavilionId: string; regionalId: string; generalId: string };

  beforeAll(async () => {
    ({ editionId, ...venue } = await anEditionWithVenue());
    const other = await anEditionWithVenue();
    await aBooth(service, other.editionId, other.generalId, { number: 'X-1' });
    await aBooth(service, editionId, venue.generalId, { number: 'G-1', hall: 1 });
    await aBooth(service, editionId, venue.generalId, { number: 'G-2', hall: 2, type: 'corner' });
    await aBooth(service, editionId, venue.regionalId, { number: 'R-1', areaType: 'government', type: 'raw_space', areaDm2: 3_600 });
    const taken = await aBooth(service, editionId, venue.regionalId, { number: 'R-2', areaType: 'enterprise' });
    const released = await aBooth(service, editionId, venue.regionalId, { number: 'R-3', areaType: 'enterprise', areaDm2: 1_200 });
    const blocked = await aBooth(service, editionId, venue.regionalId, { number: 'R-4', areaType: 'enterprise' });
    await anAllocation(service, editionId, venue.regionalId, taken);
    await anAllocation(service, editionId, venue.regionalId, released, false);
    await organizer.post(`${boothAt(blocked)}/block`, { reason: 'fire exit' }, { ifMatch: 1 });
  });

  it('shows availability', async () => {
    const { body } = await listOf(editionId);
    const rows = (body as { items: { number: string; availability: string }[] }).items;
    expect(rows.map(({ number, availability }) => `${number} ${availability}`)).toEqual([
      'G-1 free',
      'G-2 free',
      'R-1 free',
      'R-2 taken',
      'R-3 free',
      'R-4 blocked',
    ]);
  });

  it.each([
    ['below a node', () => ({ nodeId: venue.pavilionId }), ['G-1', 'G-2', 'R-1', 'R-2', 'R-3', 'R-4']],
    ['on a node', () => ({ nodeId: venue.regionalId }), ['R-1', 'R-2', 'R-3', 'R-4']],
    ['of an unknown node', () => ({ nodeId: newId() }), []],
    ['in a hall', () => ({ hall: 1 }), ['G-1']],
    ['of a type', () => ({ type: 'corner' }), ['G-2']],
    ['of two types', () => ({ type: 'corner,raw_space' }), ['G-2', 'R-1']],
    ['in an area', () => ({ areaType: 'enterprise' }), ['R-2', 'R-3', 'R-4']],
    ['that are free', () => ({ free: 'true' }), ['G-1', 'G-2', 'R-1', 'R-3']],
    ['that are not free', () => ({ free: 'false' }), ['R-2', 'R-4']],
    ['of some size', () => ({ minAreaDm2: 1_000, maxAreaDm2: 2_000 }), ['R-3']],
    ['by several filters', () => ({ areaType: 'enterprise', free: 'true', nodeId: venue.regionalId }), ['R-3']],
    ['by size, largest first', () => ({ sort: '-area', limit: 2 }), ['R-1', 'R-3']],
  ])('shows booths %s', async (_name, query, expected) => {
    const response = await listOf(editionId, query());
    expect(response.status).toBe(200);
    expect(numbers(response)).toEqual(expected);
  });

  it('has pages with each booth once', async () => {
    const first = await listOf(editionId, { limit: 4, count: 'true' });
    const { nextCursor, total } = first.body as { nextCursor: string; total: number };
    expect(total).toBe(6);
    expect(first.headers['link']).toContain('rel="next"');
    const second = await listOf(editionId, { limit: 4, cursor: nextCursor });
    expect([...numbers(first), ...numbers(second)]).toEqual(['G-1', 'G-2', 'R-1', 'R-2', 'R-3', 'R-4']);
    expect((second.body as { nextCursor: unknown }).nextCursor).toBeNull();
  });

  it('refuses invalid queries', async () => {
    for (const query of [{ hall: 7 }, { type: 'tent' }, { free: 'maybe' }, { nodeId: 'x' }, { limit: 201 }, { q: 'R' }]) {
      expect(await listOf(editionId, query)).toMatchObject(refusal(400, 'query.invalid'));
    }
    expect(await listOf(editionId, { sort: 'colour' })).toMatchObject(refusal(400, 'sort.unknown'));
    expect(await listOf(editionId, { cursor: 'forged' })).toMatchObject(refusal(400, 'cursor.invalid'));
    expect(await listOf(editionId, { updatedSince: '2023-01-01T00:00:00Z' })).toMatchObject(refusal(400, 'updated_since.unsupported'));
  });

  it('shows allocations and reasons to the organizer, to an undertaker those of its boards', async () => {
    const organisationId = newId();
    const unit = { role: 'undertake', unit: { zh: '承办单位', en: 'Undertaker' }, organisationId, regionCode: null };
    await organizer.put(`/v1/exhibition/nodes/${venue.generalId}/responsibilities`, { responsibilities: [unit] }, { ifMatch: 1 });
    const see = (api: Api) => api.get(`/v1/exhibition/editions/${editionId}/venue/booths`);
    const all = (await see(organizer)).body as { items: Record<string, unknown>[] };
    expect(all.items.find(({ number }) => number === 'R-2')).toMatchObject({
      availability: 'taken',
      blockedReason: null,
      allocation: { applicationStatus: 'submitted', applicationId: expect.any(String) as unknown },
    });
    expect(all.items.find(({ number }) => number === 'R-4')).toMatchObject({
      availability: 'blocked',
      blockedReason: 'fire exit',
      allocation: null,
    });
    expect(all.items.find(({ number }) => number === 'R-3')).toMatchObject({ availability: 'free', allocation: null });
    expect(numbers(await see(service.as({ roles: ['zone_undertaker'], organisationId })))).toEqual(['G-1', 'G-2']);
    expect(numbers(await see(service.as({ roles: ['zone_undertaker'], organisationId: newId() })))).toEqual([]);
    expect(numbers(await see(service.as({ roles: ['zone_undertaker'] })))).toEqual([]);
  });
});

describe('creating booths', () => {
  const bulk = (body: object, options: object = {}) => organizer.post('/v1/exhibition/booths/bulk', body, options);

  it('answers 201 with its address, and once per key', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const body = { editionId, ...boothBody(generalId) };
    const key = `booth-${newId()}`;
    const first = await organizer.post('/v1/exhibition/booths', body, { key });
    const again = await organizer.post('/v1/exhibition/booths', body, { key });
    expect(first.status).toBe(201);
    expect(first.headers).toMatchObject({ etag: '"1"', location: boothAt((first.body as { id: string }).id) });
    expect(again.body).toEqual(first.body);
    expect(numbers(await listOf(editionId))).toEqual([body.number]);
    expect(await organizer.post('/v1/exhibition/booths', body, { key: false })).toMatchObject(refusal(400, 'idempotency.key_required'));
  });

  it('keeps numbers unique within an edition, in the database too', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const other = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId, { number: 'N-1' });
    await aBooth(service, other.editionId, other.generalId, { number: 'N-1' });
    expect(await organizer.post('/v1/exhibition/booths', { editionId, ...boothBody(generalId, { number: 'N-1' }) })).toMatchObject(
      refusal(409, 'booth.number_taken', { numbers: ['N-1'] }),
    );
    const forced = service.query(
      `INSERT INTO booths SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid()))).* FROM booths b WHERE id = $1`,
      [id],
    );
    await expect(forced).rejects.toMatchObject({ constraint: 'booths_number' });
  });

  it('creates up to 500 at once, all or none', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const many = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => boothBody(generalId, { number: `${prefix}-${index}` }));
    const { status, body } = await bulk({ editionId, booths: many(500, 'A') });
    expect(status).toBe(201);
    const { items } = body as { items: { id: string; number: string }[] };
    expect(items.map(({ number }) => number)).toEqual(many(500, 'A').map(({ number }) => number));
    expect((await service.anonymous.get(boothAt(items[499]?.id ?? ''))).body).toMatchObject({ number: 'A-499' });
    expect(await bulk({ editionId, booths: many(501, 'B') })).toMatchObject(fieldRefusal('/booths', 'too_many'));
    expect(await bulk({ editionId, booths: [] })).toMatchObject(fieldRefusal('/booths', 'too_few'));
    expect(
      await bulk({
        editionId,
        booths: [...many(3, 'C'), boothBody(generalId, { number: 'A-7' }), boothBody(generalId, { number: 'A-8' })],
      }),
    ).toMatchObject(refusal(409, 'booth.number_taken', { numbers: ['A-7', 'A-8'] }));
    expect(await bulk({ editionId, booths: [...many(2, 'D'), ...many(1, 'D')] })).toMatchObject(
      fieldRefusal('/booths/2/number', 'duplicate'),
    );
    expect((await listOf(editionId, { count: 'true', limit: 1 })).body).toMatchObject({ total: 500 });
  });

  it('lets one of two concurrent requests with the same numbers succeed', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const booths = Array.from({ length: 20 }, (_, index) => boothBody(generalId, { number: `T-${index}` }));
    const answers = await Promise.all([
      bulk({ editionId, booths }),
      bulk({ editionId, booths: booths.toReversed() }),
      bulk({ editionId, booths }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect((await listOf(editionId, { count: 'true' })).body).toMatchObject({ total: 20 });
  });

  it('allows booths on leaves of the edition only, in an area of the node', async () => {
    const { editionId, pavilionId, regionalId, generalId } = await anEditionWithVenue();
    const foreign = await aNode(service, await anEdition(service));
    const create = (nodeId: string, body: object = {}) =>
      organizer.post('/v1/exhibition/booths', { editionId, ...boothBody(nodeId), ...body });
    expect(await create(pavilionId)).toMatchObject(refusal(409, 'booth.node_is_no_leaf'));
    expect(await create(foreign)).toMatchObject(fieldRefusal('/nodeId', 'unknown'));
    expect(await create(newId())).toMatchObject(fieldRefusal('/nodeId', 'unknown'));
    expect(await create(regionalId)).toMatchObject(
      refusal(409, 'booth.area_not_admitted', { areaType: 'general', admitted: ['government', 'enterprise'] }),
    );
    expect(await create(generalId, { areaType: 'enterprise' })).toMatchObject(refusal(409, 'booth.area_not_admitted'));
    expect(await create(generalId, { editionId: newId() })).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await bulk({ editionId, booths: [boothBody(generalId), boothBody(foreign)] })).toMatchObject(
      fieldRefusal('/booths/1/nodeId', 'unknown'),
    );
    expect(numbers(await listOf(editionId))).toEqual([]);
  });

  it('never adds a booth and a child node to the same node concurrently', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const node = { editionId, kind: 'board', parentId: generalId, code: `3.${nextCode()}`, name: { zh: '板块', en: 'Board' } };
    const answers = await Promise.all([
      organizer.post('/v1/exhibition/nodes', node),
      organizer.post('/v1/exhibition/booths', { editionId, ...boothBody(generalId) }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });

  it.each([
    [{ number: 'ä 1' }, '/number', 'wrong_format'],
    [{ number: 'X'.repeat(21) }, '/number', 'too_long'],
    [{ type: 'tent' }, '/type', 'not_allowed'],
    [{ hall: 7 }, '/hall', 'too_large'],
    [{ hall: '2' }, '/hall', 'not_an_integer'],
    [{ areaDm2: 0 }, '/areaDm2', 'too_small'],
    [{ areaDm2: 900.5 }, '/areaDm2', 'not_an_integer'],
    [{ areaDm2: undefined }, '/areaDm2', 'required'],
    [{ widthDm: 30 }, '/areaDm2', 'too_large'],
    [{ widthDm: 29, depthDm: 30 }, '/areaDm2', 'too_large'],
    [{ status: 'blocked' }, '/status', 'unknown'],
    [{ isInvented: true }, '/isInvented', 'unknown'],
  ])('refuses %p', async (change, pointer, code) => {
    const { editionId, generalId } = await anEditionWithVenue();
    expect(await organizer.post('/v1/exhibition/booths', { editionId, ...boothBody(generalId), ...change })).toMatchObject(
      fieldRefusal(pointer, code),
    );
    expect(numbers(await listOf(editionId))).toEqual([]);
  });
});

describe('changing a booth', () => {
  it('changes the given fields and leaves the rest', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId, { number: 'U-1' });
    const { status, body, headers } = await organizer.patch(boothAt(id), { number: 'U-2', hall: 5 }, { ifMatch: 1 });
    expect([status, headers['etag']]).toEqual([200, '"2"']);
    expect(body).toMatchObject({
      version: 2,
      number: 'U-2',
      hall: 5,
      type: 'standard',
      areaDm2: 900,
      blockedReason: null,
      allocation: null,
    });
  });

  it('requires the version that was read', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId, { hall: 2 });
    await organizer.patch(boothAt(id), { hall: 3 }, { ifMatch: 1 });
    const calls = [
      (options: object) => organizer.patch(boothAt(id), { hall: 4 }, options),
      (options: object) => organizer.post(`${boothAt(id)}/block`, { reason: 'stage' }, options),
      (options: object) => organizer.post(`${boothAt(id)}/unblock`, {}, options),
      (options: object) => organizer.delete(boothAt(id), options),
    ];
    for (const call of calls) {
      expect(await call({})).toMatchObject(refusal(428, 'if_match.required'));
      expect(await call({ ifMatch: 1 })).toMatchObject(refusal(412, 'resource.changed', { currentETag: '"2"' }));
    }
    expect((await service.anonymous.get(boothAt(id))).body).toMatchObject({ version: 2, hall: 3, availability: 'free' });
  });

  it('keeps numbers unique, areas within those of the node, and sizes within the sides', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    await aBooth(service, editionId, generalId, { number: 'V-1' });
    const id = await aBooth(service, editionId, generalId, { number: 'V-2', widthDm: 30, depthDm: 30 });
    const patch = (body: object) => organizer.patch(boothAt(id), body, { ifMatch: 1 });
    expect(await patch({ number: 'V-1' })).toMatchObject(refusal(409, 'booth.number_taken'));
    expect(await patch({ areaType: 'government' })).toMatchObject(refusal(409, 'booth.area_not_admitted'));
    expect(await patch({ areaDm2: 1_000 })).toMatchObject(fieldRefusal('/areaDm2', 'too_large'));
    expect(await patch({ nodeId: generalId })).toMatchObject(fieldRefusal('/nodeId', 'unknown'));
    expect(await patch({ number: 'V-2' })).toMatchObject({ status: 200 });
  });

  it('is refused while it is taken, and possible again afterwards', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId);
    await anAllocation(service, editionId, generalId, id);
    expect(await organizer.patch(boothAt(id), { hall: 3 }, { ifMatch: 1 })).toMatchObject(refusal(409, 'booth.taken'));
    expect(await organizer.post(`${boothAt(id)}/block`, { reason: 'stage' }, { ifMatch: 1 })).toMatchObject(refusal(409, 'booth.taken'));
    expect((await service.anonymous.get(boothAt(id))).body).toMatchObject({ version: 1, hall: 2, availability: 'taken' });
    await service.query(`UPDATE allocations SET is_live = false, freed_at = now(), freed_reason = 'organizer' WHERE booth_id = $1`, [id]);
    expect(await organizer.patch(boothAt(id), { hall: 3 }, { ifMatch: 1 })).toMatchObject({ status: 200, body: { hall: 3 } });
  });

  it('blocks with a reason and offers again', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const id = await aBooth(service, editionId, generalId);
    expect(await organizer.post(`${boothAt(id)}/block`, {}, { ifMatch: 1 })).toMatchObject(fieldRefusal('/reason', 'required'));
    const blocked = await organizer.post(`${boothAt(id)}/block`, { reason: 'fire exit' }, { ifMatch: 1 });
    expect(blocked.body).toMatchObject({ version: 2, availability: 'blocked', blockedReason: 'fire exit' });
    const seen = await service.anonymous.get(boothAt(id));
    expect(seen.body).toMatchObject({ availability: 'blocked' });
    expect(seen.body).not.toHaveProperty('blockedReason');
    const offered = await organizer.post(`${boothAt(id)}/unblock`, {}, { ifMatch: 2 });
    expect(offered.body).toMatchObject({ version: 3, availability: 'free', blockedReason: null });
  });

  it('is deleted if it was never allocated', async () => {
    const { editionId, generalId } = await anEditionWithVenue();
    const used = await aBooth(service, editionId, generalId);
    const unused = await aBooth(service, editionId, generalId);
    await anAllocation(service, editionId, generalId, used, false);
    expect(await organizer.delete(boothAt(used), { ifMatch: 1 })).toMatchObject(refusal(409, 'booth.has_history'));
    expect((await organizer.delete(boothAt(unused), { ifMatch: 1 })).status).toBe(204);
    expect(await service.anonymous.get(boothAt(unused))).toMatchObject(refusal(404, 'booth.not_found'));
    expect(await organizer.delete(boothAt(unused), { ifMatch: 1 })).toMatchObject(refusal(404, 'booth.not_found'));
    expect((await service.anonymous.get(boothAt(used))).status).toBe(200);
  });
});
