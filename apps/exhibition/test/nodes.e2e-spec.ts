import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { aBooth, anApplication, anEdition, aNode, aVenue, nodeBody, organizerOf } from './exhibition.factory.js';

let service: TestService;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
});

const nodesOf = (editionId: string, query: object = {}) =>
  service.anonymous.get(`/v1/exhibition/editions/${editionId}/nodes`, { query: { ...query } });
const nodeAt = (id: string) => `/v1/exhibition/nodes/${id}`;
const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const fieldRefusal = (pointer: string, code: string) => ({
  status: 422,
  body: expect.objectContaining({ errors: [expect.objectContaining({ pointer, code })] }) as unknown,
});

describe('the tree of an edition', () => {
  it('lists parents before children, siblings by position', async () => {
    const editionId = await anEdition(service);
    const second = await aNode(service, editionId, { code: '2', position: 2, areaTypes: [] });
    const first = await aNode(service, editionId, { code: '9', position: 1 });
    const zone = await aNode(service, editionId, { code: '2.1', kind: 'zone', parentId: second, areaTypes: [] });
    const board = await aNode(service, editionId, { code: '2.1.1', kind: 'board', parentId: zone });
    const later = await aNode(service, editionId, { code: '2.2', kind: 'zone', parentId: second });
    const deep = await aNode(service, editionId, { code: '2.3', kind: 'board', parentId: board });

    const { status, body } = await nodesOf(editionId);
    expect(status).toBe(200);
    const rows = (body as { items: { id: string; parentId: string; isLeaf: boolean; position: number }[] }).items;
    expect(rows.map(({ id, parentId, isLeaf, position }) => [id, parentId, isLeaf, position])).toEqual([
      [first, null, true, 1],
      [second, null, false, 2],
      [zone, second, false, 1],
      [board, zone, false, 1],
      [deep, board, true, 1],
      [later, second, true, 2],
    ]);
  });

  it('nests with tree=true', async () => {
    const editionId = await anEdition(service);
    const { pavilionId, regionalId, generalId } = await aVenue(service, editionId);
    const { body } = await nodesOf(editionId, { tree: 'true' });
    const node = (id: string, children: unknown[]) => expect.objectContaining({ id, children }) as unknown;
    expect(body).toEqual({ items: [node(pavilionId, [node(regionalId, []), node(generalId, [])])] });
  });

  it('shows regions, areas and responsible units of a board, in one language on request', async () => {
    const editionId = await anEdition(service);
    const units = [
      { role: 'lead', unit: { zh: '科技部相关司', en: 'Department of the Ministry' }, organisationId: null, regionCode: null },
      { role: 'undertake', unit: { zh: '辽宁科技厅', en: 'Department of Liaoning' }, organisationId: newId(), regionCode: '210000' },
    ];
    const pavilionId = await aNode(service, editionId, { areaTypes: [] });
    const id = await aNode(service, editionId, { kind: 'board', parentId: pavilionId, regionCodes: ['210000'], responsibilities: units });
    const both = await service.anonymous.get(nodeAt(id));
    expect(both.body).toMatchObject({
      id,
      editionId,
      version: 1,
      isLeaf: true,
      isRegional: true,
      regionCodes: ['210000'],
      areaTypes: ['government', 'enterprise'],
      name: { zh: '综合馆', en: 'Comprehensive pavilion' },
      description: null,
      responsibilities: units,
    });
    const one = await service.anonymous.get(nodeAt(id), { query: { lang: 'zh' } });
    expect(one.body).toMatchObject({
      name: '综合馆',
      description: null,
      responsibilities: [{ unit: '科技部相关司' }, { unit: '辽宁科技厅' }],
    });
    const list = await nodesOf(editionId, { lang: 'en', tree: 'true' });
    expect(list.body).toMatchObject({ items: [{ name: 'Comprehensive pavilion', children: [{ name: 'Comprehensive pavilion' }] }] });
  });

  it('has an ETag', async () => {
    const editionId = await anEdition(service);
    await aVenue(service, editionId);
    const first = await nodesOf(editionId);
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    const etag = String(first.headers['etag']);
    const again = await service.anonymous.get(`/v1/exhibition/editions/${editionId}/nodes`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    await aNode(service, editionId);
    const changed = await service.anonymous.get(`/v1/exhibition/editions/${editionId}/nodes`, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  it('is hidden while the edition is not published, except from those who prepare it', async () => {
    const editionId = await anEdition(service, { published: false });
    const { pavilionId, generalId } = await aVenue(service, editionId);
    await aBooth(service, editionId, generalId);
    expect(await nodesOf(editionId)).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await service.anonymous.get(nodeAt(pavilionId))).toMatchObject(refusal(404, 'node.not_found'));
    expect((await organizer.get(nodeAt(pavilionId))).status).toBe(200);
    const venue = await organizer.get(`/v1/exhibition/editions/${editionId}/venue`);
    expect(venue.status).toBe(200);
    expect(venue.body).toMatchObject({
      items: [{ id: pavilionId, booths: { total: 0 } }, {}, { id: generalId, booths: { total: 1, free: 1, taken: 0, blocked: 0 } }],
    });
  });

  it('answers 404 for missing editions and nodes, 400 for malformed ids, queries and languages', async () => {
    expect(await nodesOf(newId())).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await organizer.get(`/v1/exhibition/editions/${newId()}/venue`)).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await service.anonymous.get(nodeAt(newId()))).toMatchObject(refusal(404, 'node.not_found'));
    expect(await service.anonymous.get(nodeAt('21'))).toMatchObject(refusal(400, 'id.malformed'));
    expect(await nodesOf('21')).toMatchObject(refusal(400, 'id.malformed'));
    const editionId = await anEdition(service);
    const id = await aNode(service, editionId);
    expect(await service.anonymous.get(nodeAt(id), { query: { lang: 'fr' } })).toMatchObject(refusal(400, 'query.invalid'));
    for (const query of [{ tree: 'yes' }, { lang: 'fr' }, { colour: 'red' }]) {
      expect(await nodesOf(editionId, query)).toMatchObject(refusal(400, 'query.invalid'));
    }
  });
});

describe('creating a node', () => {
  it('answers 201 with its address, and once per key', async () => {
    const editionId = await anEdition(service);
    const body = nodeBody(editionId);
    const key = `node-${newId()}`;
    const first = await organizer.post('/v1/exhibition/nodes', body, { key });
    const second = await organizer.post('/v1/exhibition/nodes', body, { key });
    expect(first.status).toBe(201);
    expect(first.headers).toMatchObject({ etag: '"1"', location: nodeAt((first.body as { id: string }).id) });
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect((await nodesOf(editionId)).body).toMatchObject({ items: [{ id: (first.body as { id: string }).id }] });
    expect(await organizer.post('/v1/exhibition/nodes', body, { key: false })).toMatchObject(refusal(400, 'idempotency.key_required'));
  });

  it('keeps the order of kinds, unique codes, and parents within the edition', async () => {
    const editionId = await anEdition(service);
    const pavilionId = await aNode(service, editionId, { code: '700' });
    const foreign = await aNode(service, await anEdition(service));
    const create = (body: object) => organizer.post('/v1/exhibition/nodes', { ...nodeBody(editionId), ...body });
    expect(await create({ kind: 'board' })).toMatchObject(refusal(409, 'node.wrong_parent'));
    expect(await create({ parentId: pavilionId })).toMatchObject(
      refusal(409, 'node.wrong_parent', { kind: 'pavilion', parentKind: 'pavilion' }),
    );
    expect(await create({ code: '700' })).toMatchObject(refusal(409, 'node.code_taken'));
    expect(await create({ kind: 'zone', parentId: foreign })).toMatchObject(fieldRefusal('/parentId', 'unknown'));
    expect(await create({ kind: 'zone', parentId: newId() })).toMatchObject(fieldRefusal('/parentId', 'unknown'));
    expect(await create({ editionId: newId() })).toMatchObject(refusal(404, 'edition.not_found'));
    expect(await nodesOf(editionId)).toMatchObject({ body: { items: [{ id: pavilionId, isLeaf: true }] } });
  });

  it('keeps a node with booths or applications a leaf', async () => {
    const editionId = await anEdition(service);
    const { regionalId, generalId } = await aVenue(service, editionId);
    await aBooth(service, editionId, generalId);
    await anApplication(service, editionId, regionalId);
    const below = (parentId: string) => organizer.post('/v1/exhibition/nodes', nodeBody(editionId, { kind: 'board', parentId }));
    expect(await below(generalId)).toMatchObject(refusal(409, 'node.is_leaf', { booths: 1, applications: 0 }));
    expect(await below(regionalId)).toMatchObject(refusal(409, 'node.is_leaf', { booths: 0, applications: 1 }));
  });

  it.each([
    [{ kind: 'hall' }, '/kind', 'not_allowed'],
    [{ code: '1.02' }, '/code', 'wrong_format'],
    [{ code: undefined }, '/code', 'required'],
    [{ name: { zh: '馆' } }, '/name/en', 'required'],
    [{ name: { zh: '馆', en: 'x'.repeat(201) } }, '/name', 'too_long'],
    [{ name: { zh: '\u0000', en: 'nul' } }, '/name/zh', 'unprintable'],
    [{ position: 0 }, '/position', 'too_small'],
    [{ regionCodes: ['999999'] }, '/regionCodes', 'not_allowed'],
    [{ colour: 'red' }, '/colour', 'unknown'],
    [{ areaTypes: ['enterprise'] }, '/areaTypes', 'not_admitted'],
    [
      { responsibilities: [{ role: 'boss', unit: { zh: '甲', en: 'A' }, organisationId: null, regionCode: null }] },
      '/responsibilities/0/role',
      'not_allowed',
    ],
  ])('refuses %p', async (change, pointer, code) => {
    const editionId = await anEdition(service);
    const body = { ...nodeBody(editionId), ...change };
    expect(await organizer.post('/v1/exhibition/nodes', body)).toMatchObject(fieldRefusal(pointer, code));
    expect((await nodesOf(editionId)).body).toEqual({ items: [] });
  });

  it('enforces the promises of the API in the database', async () => {
    const editionId = await anEdition(service);
    const id = await aNode(service, editionId);
    const copy = (changes: Record<string, string>) =>
      service.query(
        `INSERT INTO nodes (id, version, edition_id, parent_id, kind, code, position, name, area_types, region_codes)
         SELECT gen_random_uuid(), 1, edition_id, ${changes['parent'] ?? 'parent_id'}, ${changes['kind'] ?? 'kind'}, ${changes['code'] ?? "'99'"}, 1, name, ${changes['areas'] ?? 'area_types'}, region_codes
         FROM nodes WHERE id = $1`,
        [id],
      );
    await expect(copy({ code: 'code' })).rejects.toMatchObject({ constraint: 'nodes_code' });
    await expect(copy({ kind: "'zone'" })).rejects.toMatchObject({ constraint: 'nodes_pavilions_are_roots' });
    await expect(copy({ areas: "ARRAY['enterprise']" })).rejects.toMatchObject({ constraint: 'nodes_areas_fit_regions' });
    await expect(copy({ kind: "'zone'", parent: 'gen_random_uuid()' })).rejects.toMatchObject({ constraint: 'nodes_parent' });
    await copy({});
  });
});

describe('changing a node', () => {
  it('changes the given fields and leaves the rest', async () => {
    const editionId = await anEdition(service);
    const id = await aNode(service, editionId, { code: '800' });
    const { status, body, headers } = await organizer.patch(
      nodeAt(id),
      { code: '801', description: { zh: '内容', en: 'Content' } },
      { ifMatch: 1 },
    );
    expect([status, headers['etag']]).toEqual([200, '"2"']);
    expect(body).toMatchObject({
      version: 2,
      code: '801',
      name: { zh: '综合馆', en: 'Comprehensive pavilion' },
      description: { en: 'Content' },
      areaTypes: ['general'],
    });
    const cleared = await organizer.patch(nodeAt(id), { description: null }, { ifMatch: 2 });
    expect(cleared.body).toMatchObject({ version: 3, description: null });
  });

  it('requires the version that was read', async () => {
    const editionId = await anEdition(service);
    const id = await aNode(service, editionId);
    const change = { name: { zh: '新馆', en: 'New pavilion' } };
    await organizer.patch(nodeAt(id), change, { ifMatch: 1 });
    const calls = [
      (options: object) => organizer.patch(nodeAt(id), { name: { zh: '旧馆', en: 'Old pavilion' } }, options),
      (options: object) => organizer.put(`${nodeAt(id)}/responsibilities`, { responsibilities: [] }, options),
      (options: object) => organizer.post(`${nodeAt(id)}/move`, { parentId: null, position: 7 }, options),
      (options: object) => organizer.delete(nodeAt(id), options),
    ];
    for (const call of calls) {
      expect(await call({})).toMatchObject(refusal(428, 'if_match.required'));
      expect(await call({ ifMatch: 1 })).toMatchObject(refusal(412, 'resource.changed', { currentETag: '"2"' }));
      expect(await call({ ifMatch: '*' })).toMatchObject(refusal(412, 'if_match.not_one_version'));
    }
    expect((await service.anonymous.get(nodeAt(id))).body).toMatchObject({ version: 2, ...change });
  });

  it('keeps codes unique, areas consistent with regions, and areas that have booths', async () => {
    const editionId = await anEdition(service);
    const { regionalId, generalId } = await aVenue(service, editionId);
    await aNode(service, editionId, { code: '900' });
    await aBooth(service, editionId, regionalId, { areaType: 'enterprise' });
    const patch = (id: string, body: object) => organizer.patch(nodeAt(id), body, { ifMatch: 1 });
    expect(await patch(generalId, { code: '900' })).toMatchObject(refusal(409, 'node.code_taken'));
    expect(await patch(generalId, { regionCodes: ['210000'] })).toMatchObject(fieldRefusal('/areaTypes', 'not_admitted'));
    expect(await patch(regionalId, { areaTypes: ['government'] })).toMatchObject(
      refusal(409, 'node.area_in_use', { areaTypes: ['enterprise'] }),
    );
    expect(await patch(regionalId, { areaTypes: ['enterprise'] })).toMatchObject({
      status: 200,
      body: { areaTypes: ['enterprise'], version: 2 },
    });
  });

  it('keeps each region on one board of the edition', async () => {
    const editionId = await anEdition(service);
    const { pavilionId, regionalId } = await aVenue(service, editionId);
    const other = nodeBody(editionId, { kind: 'board', parentId: pavilionId, regionCodes: ['220000', '230000'] });
    expect(await organizer.post('/v1/exhibition/nodes', other)).toMatchObject(
      refusal(409, 'node.region_taken', { regionCodes: ['220000'] }),
    );
    const id = await aNode(service, editionId, { kind: 'board', parentId: pavilionId, regionCodes: ['230000'] });
    const patch = (node: string, regionCodes: string[]) => organizer.patch(nodeAt(node), { regionCodes }, { ifMatch: 1 });
    expect(await patch(id, ['210000', '230000'])).toMatchObject(refusal(409, 'node.region_taken', { regionCodes: ['210000'] }));
    expect(await patch(regionalId, ['210000'])).toMatchObject({ status: 200 });
    expect(await patch(id, ['220000', '230000'])).toMatchObject({ status: 200 });
    const elsewhere = await aVenue(service, await anEdition(service));
    expect(elsewhere.regionalId).not.toBe(regionalId);
  });

  it('replaces its responsible units', async () => {
    const editionId = await anEdition(service);
    const id = await aNode(service, editionId);
    const unit = (role: string, zh: string) => ({ role, unit: { zh, en: 'Unit' }, organisationId: null, regionCode: null });
    const put = (responsibilities: object[], ifMatch: number) =>
      organizer.put(`${nodeAt(id)}/responsibilities`, { responsibilities }, { ifMatch });
    expect((await put([unit('lead', '甲'), unit('support', '乙')], 1)).body).toMatchObject({
      version: 2,
      responsibilities: [unit('lead', '甲'), unit('support', '乙')],
    });
    expect((await put([unit('guide', '丙')], 2)).body).toMatchObject({ version: 3, responsibilities: [unit('guide', '丙')] });
    expect(await put([unit('lead', '甲'), unit('lead', '甲')], 3)).toMatchObject(fieldRefusal('/responsibilities/1', 'duplicate'));
    expect((await service.anonymous.get(nodeAt(id))).body).toMatchObject({ version: 3, responsibilities: [unit('guide', '丙')] });
  });

  it('moves below another node, never below itself', async () => {
    const editionId = await anEdition(service);
    const here = await aNode(service, editionId, { areaTypes: [] });
    const there = await aNode(service, editionId, { areaTypes: [] });
    const zone = await aNode(service, editionId, { kind: 'zone', parentId: here, areaTypes: [] });
    const inner = await aNode(service, editionId, { kind: 'zone', parentId: zone });
    await aNode(service, editionId, { kind: 'zone', parentId: there });
    const move = (id: string, body: object, ifMatch = 1) => organizer.post(`${nodeAt(id)}/move`, body, { ifMatch });
    expect(await move(zone, { parentId: inner })).toMatchObject(refusal(409, 'node.below_itself'));
    expect(await move(zone, { parentId: zone })).toMatchObject(refusal(409, 'node.below_itself'));
    expect(await move(zone, { parentId: null })).toMatchObject(refusal(409, 'node.wrong_parent'));
    expect(await move(zone, { parentId: newId() })).toMatchObject(fieldRefusal('/parentId', 'unknown'));
    expect(await move(zone, {})).toMatchObject(fieldRefusal('/parentId', 'required'));
    expect(await move(zone, { parentId: there })).toMatchObject({ status: 200, body: { version: 2, parentId: there, position: 2 } });
    expect(await move(zone, { parentId: there, position: 1 }, 2)).toMatchObject({ status: 200, body: { version: 3, position: 1 } });
    const { body } = await nodesOf(editionId, { tree: 'true' });
    expect(body).toMatchObject({
      items: [
        { id: here, isLeaf: true, children: [] },
        { id: there, children: [{}, {}] },
      ],
    });
  });

  it('never moves below a node with booths', async () => {
    const editionId = await anEdition(service);
    const { pavilionId, generalId } = await aVenue(service, editionId);
    await aBooth(service, editionId, generalId);
    const board = await aNode(service, editionId, { kind: 'board', parentId: pavilionId });
    expect(await organizer.post(`${nodeAt(board)}/move`, { parentId: generalId }, { ifMatch: 1 })).toMatchObject(
      refusal(409, 'node.is_leaf', { booths: 1 }),
    );
  });

  it('never forms a cycle by two concurrent moves', async () => {
    const editionId = await anEdition(service);
    const pavilion = await aNode(service, editionId, { areaTypes: [] });
    const a = await aNode(service, editionId, { kind: 'zone', parentId: pavilion, areaTypes: [] });
    const b = await aNode(service, editionId, { kind: 'zone', parentId: pavilion, areaTypes: [] });
    const answers = await Promise.all([
      organizer.post(`${nodeAt(a)}/move`, { parentId: b }, { ifMatch: 1 }),
      organizer.post(`${nodeAt(b)}/move`, { parentId: a }, { ifMatch: 1 }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await nodesOf(editionId)).body).toMatchObject({ items: [{ id: pavilion }, {}, {}] });
  });
});

describe('deleting a node', () => {
  it('is possible while nothing belongs to it', async () => {
    const editionId = await anEdition(service);
    const { pavilionId, regionalId, generalId } = await aVenue(service, editionId);
    const boothId = await aBooth(service, editionId, generalId);
    const applied = await aNode(service, editionId, { kind: 'board', parentId: pavilionId });
    await anApplication(service, editionId, applied);
    const remove = (id: string) => organizer.delete(nodeAt(id), { ifMatch: 1 });
    expect(await remove(pavilionId)).toMatchObject(refusal(409, 'node.not_empty', { children: 3, booths: 0, applications: 0 }));
    expect(await remove(generalId)).toMatchObject(refusal(409, 'node.not_empty', { children: 0, booths: 1, applications: 0 }));
    expect(await remove(applied)).toMatchObject(refusal(409, 'node.not_empty', { children: 0, booths: 0, applications: 1 }));
    expect((await remove(regionalId)).status).toBe(204);
    expect(await service.anonymous.get(nodeAt(regionalId))).toMatchObject(refusal(404, 'node.not_found'));
    await organizer.delete(`/v1/exhibition/booths/${boothId}`, { ifMatch: 1 });
    expect((await remove(generalId)).status).toBe(204);
    expect(await remove(generalId)).toMatchObject(refusal(404, 'node.not_found'));
  });
});

it('writes an audit entry for each change', async () => {
  const editionId = await anEdition(service);
  const id = await aNode(service, editionId);
  await organizer.patch(nodeAt(id), { code: '950' }, { ifMatch: 1 });
  await organizer.delete(nodeAt(id), { ifMatch: 2 });
  const rows = await service.query(
    'SELECT action, aggregate_type, aggregate_version, changes FROM audit_entries WHERE aggregate_id = $1 ORDER BY id',
    [id],
  );
  expect(rows).toMatchObject([
    { action: 'node:write', aggregate_type: 'node', aggregate_version: 1 },
    { aggregate_version: 2, changes: { code: { after: expect.anything() as unknown } } },
    { aggregate_version: 3, changes: { code: { after: null } } },
  ]);
});
