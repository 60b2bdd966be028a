import { regionCodes, seeds } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { seedExhibition } from '../src/database/seed.js';
import { exhibition } from '../src/exhibition.module.js';
import { anEdition } from './exhibition.factory.js';

interface TreeNode {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly isLeaf: boolean;
  readonly isRegional: boolean;
  readonly regionCodes: readonly string[];
  readonly areaTypes: readonly string[];
  readonly children: readonly TreeNode[];
}
interface Unit {
  readonly role: string;
  readonly unit: { readonly zh: string; readonly en: string };
  readonly organisationId: string | null;
  readonly regionCode: string | null;
}

let service: TestService;
let pavilions: readonly TreeNode[];

const treeOf = async (editionId: string): Promise<readonly TreeNode[]> => {
  const { body } = await service.anonymous.get(`/v1/exhibition/editions/${editionId}/nodes`, { query: { tree: 'true' } });
  return (body as { items: TreeNode[] }).items;
};
const flat = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap(node => [node, ...flat(node.children)]);
const leaves = (): TreeNode[] => flat(pavilions).filter(({ isLeaf }) => isLeaf);
const unitsOf = async (code: string): Promise<readonly Unit[]> => {
  const id = flat(pavilions).find(node => node.code === code)?.id ?? '';
  return ((await service.anonymous.get(`/v1/exhibition/nodes/${id}`)).body as { responsibilities: Unit[] }).responsibilities;
};
const booths = (query: object) =>
  service.anonymous.get(`/v1/exhibition/editions/${seeds.edition21}/booths`, { query: { count: 'true', limit: 1, ...query } });
const total = (response: { body: unknown }) => (response.body as { total: number }).total;

beforeAll(async () => {
  service = await startService(exhibition);
  await seedExhibition(service.find);
  await anEdition(service, { id: seeds.edition21 });
  await anEdition(service, { id: seeds.demoEdition, code: 'demo' });
  pavilions = await treeOf(seeds.edition21);
});

describe('the venue of the 21st edition', () => {
  it('has 5 pavilions; the first has 4 zones with 1, 9, 2 and 5 leaves', () => {
    expect(pavilions.map(({ code, kind }) => `${kind} ${code}`)).toEqual(['1', '2', '3', '4', '5'].map(code => `pavilion ${code}`));
    const zones = pavilions[0]?.children ?? [];
    expect(zones.map(({ code, kind }) => `${kind} ${code}`)).toEqual(['1.1', '1.2', '1.3', '1.4'].map(code => `zone ${code}`));
    expect(zones.map(zone => flat([zone]).filter(({ isLeaf }) => isLeaf).length)).toEqual([1, 9, 2, 5]);
    expect(flat(pavilions).filter(({ kind }) => kind === 'board')).toHaveLength(16);
  });

  it('has the 45 regional units on 9 boards with a government and an enterprise area', () => {
    const regional = leaves().filter(({ isRegional }) => isRegional);
    expect(regional.map(({ code }) => code)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(number => `1.2.${number}`));
    expect(regional.map(node => node.regionCodes.length)).toEqual([3, 14, 1, 7, 9, 2, 6, 2, 1]);
    expect(regional.flatMap(node => node.regionCodes).toSorted()).toEqual([...regionCodes].toSorted());
    for (const { areaTypes } of regional) expect(areaTypes).toEqual(['government', 'enterprise']);
    for (const { areaTypes } of leaves().filter(({ isRegional }) => !isRegional)) expect(areaTypes).toEqual(['general']);
  });

  it('names the responsible units with their roles', async () => {
    const named = async (code: string) => (await unitsOf(code)).map(({ role, unit }) => `${role} ${unit.zh}`);
    expect(await named('1.1')).toEqual([
      'lead 科技部相关司局中心',
      'support 各省区市、计划单列市、副省级城市科技厅（委、局）',
      'undertake 科学技术部机关服务中心',
    ]);
    expect(await named('1.2.9')).toEqual(['undertake 深圳市科技创新委员会', 'execute 深圳市相关区政府']);
    expect(await named('1.3.1')).toEqual(['host 国务院国有资产监督管理委员会国际合作局']);
    expect(await named('1.4.5')).toEqual([
      'lead 深圳市科技创新委员会',
      'support 深圳市地方金融监督管理局',
      'undertake 深圳国际人才交流中心',
      'undertake 深圳市龙华创新生态服务协会',
    ]);
    expect(await named('4')).toEqual([
      'lead 中国国际人才交流中心',
      'guide 科技部相关司',
      'guide 深圳市委组织部',
      'guide 深圳市外办',
      'undertake 深圳国际人才交流中心',
    ]);
    expect(await named('1')).toEqual([]);
    expect(await unitsOf('1.4.2')).toMatchObject([{ role: 'lead' }, { role: 'undertake', organisationId: seeds.undertaker(1) }]);
    expect(await unitsOf('1.2.6')).toMatchObject([
      { role: 'undertake', regionCode: '140000', organisationId: seeds.partnerOf('140000') },
      { role: 'undertake', regionCode: '410000', organisationId: seeds.partnerOf('410000') },
    ]);
  });

  it('has invented booths on every leaf, in all six halls, enough for ten enterprises of every region', async () => {
    for (const leaf of leaves()) {
      const nodeId = leaf.id;
      if (leaf.isRegional) {
        expect(total(await booths({ nodeId, areaType: 'enterprise', free: 'true' }))).toBeGreaterThan(10 * leaf.regionCodes.length);
        expect(total(await booths({ nodeId, areaType: 'government' }))).toBeGreaterThanOrEqual(leaf.regionCodes.length);
      } else expect(total(await booths({ nodeId, areaType: 'general', free: 'true' }))).toBeGreaterThan(10);
    }
    for (const hall of [1, 2, 3, 4, 5, 6]) expect(total(await booths({ hall }))).toBeGreaterThan(10);
    for (const type of ['standard', 'corner', 'raw_space']) expect(total(await booths({ type }))).toBeGreaterThan(10);
    expect(await service.query('SELECT count(*)::int AS real FROM booths WHERE NOT is_invented')).toEqual([{ real: 0 }]);
  });

  it('is cloned to the demo edition under new ids', async () => {
    const demo = flat(await treeOf(seeds.demoEdition));
    const original = flat(pavilions);
    expect(demo.map(({ code }) => code)).toEqual(original.map(({ code }) => code));
    expect(demo.map(({ isRegional, areaTypes }) => [isRegional, areaTypes])).toEqual(
      original.map(({ isRegional, areaTypes }) => [isRegional, areaTypes]),
    );
    expect(demo.some(({ id }) => original.some(node => node.id === id))).toBe(false);
    const stock = await service.query(
      'SELECT count(*)::int AS booths, count(DISTINCT edition_id)::int AS editions FROM booths GROUP BY edition_id',
    );
    expect(stock).toHaveLength(2);
    expect(stock[0]).toEqual(stock[1]);
  });
});

it("loads nothing a second time, and keeps the organizer's changes", async () => {
  const before = await service.query('SELECT id, version FROM nodes UNION ALL SELECT id, version FROM booths ORDER BY 1');
  await service.query('DELETE FROM booths WHERE id = (SELECT id FROM booths LIMIT 1)');
  await seedExhibition(service.find);
  const after = await service.query('SELECT id, version FROM nodes UNION ALL SELECT id, version FROM booths ORDER BY 1');
  expect(after).toHaveLength(before.length - 1);
});

describe('before conference has published the demo edition', () => {
  let early: TestService;

  beforeAll(async () => {
    early = await startService(exhibition);
    await seedExhibition(early.find);
  });

  it('its venue exists already, and becomes visible once conference has published it', async () => {
    const nodes = () => early.anonymous.get(`/v1/exhibition/editions/${seeds.demoEdition}/nodes`);
    expect((await nodes()).status).toBe(404);
    await anEdition(early, { id: seeds.demoEdition, code: 'demo' });
    expect(((await nodes()).body as { items: object[] }).items).toHaveLength(25);
  });
});
