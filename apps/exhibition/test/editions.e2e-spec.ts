import { editionChanged, feeSchedulePublished, milestoneSet } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { KnownEditions } from '../src/editions/known-editions.queries.js';
import { exhibition } from '../src/exhibition.module.js';
import { aBooth, anAllocation, anEdition, aVenue, organizerOf } from './exhibition.factory.js';

let service: TestService;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
});

const refusal = (status: number, code: string) => ({ status, body: expect.objectContaining({ code }) as unknown });
const nodesOf = (editionId: string, query: object = {}) =>
  service.anonymous.get(`/v1/exhibition/editions/${editionId}/nodes`, { query: { ...query } });

describe('events of conference', () => {
  const edition = (editionId: string, published: boolean) => ({
    editionId,
    ordinal: 22,
    code: '22',
    startsOn: '2024-04-15',
    endsOn: '2024-04-16',
    published,
  });

  it('apply once each, and the newest wins in any order of arrival', async () => {
    const editionId = newId();
    await service.receive(editionChanged, edition(editionId, true), { aggregateVersion: 1, times: 2 });
    expect((await nodesOf(editionId)).status).toBe(200);
    await service.receive(editionChanged, edition(editionId, false), { aggregateVersion: 3 });
    await service.receive(editionChanged, edition(editionId, true), { aggregateVersion: 2 });
    expect((await nodesOf(editionId)).status).toBe(404);
    expect(
      await service.query('SELECT code, starts_on::text, published, aggregate_version FROM known_editions WHERE id = $1', [editionId]),
    ).toEqual([{ code: '22', starts_on: '2024-04-15', published: false, aggregate_version: 3 }]);
    expect(await service.deadLetters()).toEqual([]);
  });

  it('set and move the application deadline, which no other milestone does', async () => {
    const editionId = await anEdition(service);
    const milestoneId = newId();
    const deadline = () => service.find(KnownEditions).deadline(editionId);
    const set = (at: string, aggregateVersion: number) =>
      service.receive(milestoneSet, { milestoneId, editionId, kind: 'exhibition_application_deadline', at }, { aggregateVersion });
    await service.receive(milestoneSet, { milestoneId: newId(), editionId, kind: 'opening', at: '2023-04-15T00:00:00+08:00' });
    expect(await deadline()).toBeUndefined();
    await set('2023-03-25T00:00:00+08:00', 1);
    expect(await deadline()).toEqual(new Date('2023-03-25T00:00:00+08:00'));
    await set('2023-04-08T00:00:00+08:00', 3);
    await set('2023-04-01T00:00:00+08:00', 2);
    expect(await deadline()).toEqual(new Date('2023-04-08T00:00:00+08:00'));
  });
});

describe('events of billing', () => {
  it('price the booths by the newest version of a schedule, and by the schedule in force', async () => {
    const editionId = await anEdition(service);
    const { generalId } = await aVenue(service, editionId);
    const id = await aBooth(service, editionId, generalId);
    const publish = (feeScheduleId: string, amount: number, inForceFrom: string, aggregateVersion: number) =>
      service.receive(
        feeSchedulePublished,
        {
          feeScheduleId,
          editionId,
          inForceFrom,
          currency: 'CNY',
          taxBasisPoints: 0,
          lines: [{ boothType: 'standard', unit: 'booth', amount }],
        },
        { aggregateVersion },
      );
    const net = async () =>
      ((await service.anonymous.get(`/v1/exhibition/booths/${id}`)).body as { price: { net: { amount: number } } }).price.net.amount;
    const [winter, spring] = [newId(), newId()];
    await publish(winter, 200, '2023-01-01T00:00:00+08:00', 2);
    await publish(winter, 100, '2023-01-01T00:00:00+08:00', 1);
    await publish(spring, 300, '2023-03-10T00:00:00+08:00', 1);
    service.clock.set('2023-03-09T23:59:59+08:00');
    expect(await net()).toBe(200);
    service.clock.set('2023-03-10T00:00:00+08:00');
    expect(await net()).toBe(300);
  });
});

describe('cloning a venue', () => {
  const clone = (target: string, sourceEditionId: string, options: object = {}) =>
    organizer.post(`/v1/exhibition/editions/${target}/venue/clone`, { sourceEditionId }, options);
  const shape = (response: { body: unknown }) =>
    JSON.parse(JSON.stringify(response.body), (key, value: unknown) =>
      ['id', 'parentId', 'editionId', 'nodeId', 'updatedAt', 'version'].includes(key) ? undefined : value,
    ) as object;

  it('copies nodes, units and booths under new ids, but no allocations', async () => {
    const source = await anEdition(service);
    const target = await anEdition(service);
    const { regionalId, generalId } = await aVenue(service, source);
    const unit = { role: 'undertake', unit: { zh: '承办单位', en: 'Undertaker' }, organisationId: newId(), regionCode: null };
    await organizer.put(`/v1/exhibition/nodes/${generalId}/responsibilities`, { responsibilities: [unit] }, { ifMatch: 1 });
    const taken = await aBooth(service, source, regionalId, { number: 'C-1', areaType: 'enterprise' });
    const blocked = await aBooth(service, source, generalId, {
      number: 'C-2',
      type: 'raw_space',
      areaDm2: 3_600,
      widthDm: 60,
      depthDm: 60,
    });
    await organizer.post(`/v1/exhibition/booths/${blocked}/block`, { reason: 'pillar' }, { ifMatch: 1 });
    await anAllocation(service, source, regionalId, taken);

    const { status, body } = await clone(target, source);
    expect([status, body]).toEqual([201, { nodes: 3, booths: 2 }]);

    const trees = await Promise.all([source, target].map(edition => organizer.get(`/v1/exhibition/editions/${edition}/venue`)));
    const [ofSource, ofTarget] = trees.map(tree => (tree.body as { items: { id: string; booths: object }[] }).items);
    expect(ofTarget?.map(({ booths }) => booths)).toEqual([
      { total: 0, free: 0, taken: 0, blocked: 0 },
      { total: 1, free: 1, taken: 0, blocked: 0 },
      { total: 1, free: 0, taken: 0, blocked: 1 },
    ]);
    expect(new Set([...(ofSource ?? []), ...(ofTarget ?? [])].map(({ id }) => id)).size).toBe(6);
    expect(shape(await nodesOf(target, { tree: 'true' }))).toEqual(shape(await nodesOf(source, { tree: 'true' })));
    const stock = await organizer.get(`/v1/exhibition/editions/${target}/venue/booths`);
    expect(stock.body).toMatchObject({
      items: [
        { number: 'C-1', editionId: target, version: 1, availability: 'free', allocation: null },
        { number: 'C-2', editionId: target, version: 1, availability: 'blocked', blockedReason: 'pillar', areaDm2: 3_600 },
      ],
    });
  });

  it('has one effect per key, and for two concurrent requests', async () => {
    const source = await anEdition(service);
    const target = await anEdition(service);
    await aVenue(service, source);
    const key = `clone-${newId()}`;
    expect(await clone(target, source, { key })).toMatchObject({ status: 201 });
    expect(await clone(target, source, { key })).toMatchObject({ status: 201, body: { nodes: 3, booths: 0 } });
    const contested = await anEdition(service);
    const answers = await Promise.all([clone(contested, source), clone(contested, source)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(((await nodesOf(contested)).body as { items: object[] }).items).toHaveLength(3);
  });

  it('refuses a target with a venue, a source without one, and unknown editions', async () => {
    const source = await anEdition(service);
    const empty = await anEdition(service);
    await aVenue(service, source);
    expect(await clone(source, source)).toMatchObject(refusal(409, 'venue.not_empty'));
    expect(await clone(empty, empty)).toMatchObject(refusal(409, 'venue.source_empty'));
    expect(await clone(newId(), source)).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await clone(empty, newId())).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await clone(empty, source, { key: false })).toMatchObject(refusal(400, 'idempotency.key_required'));
    expect(await organizer.post(`/v1/exhibition/editions/${empty}/venue/clone`, {})).toMatchObject({ status: 422 });
    expect((await nodesOf(empty)).body).toEqual({ items: [] });
  });
});
