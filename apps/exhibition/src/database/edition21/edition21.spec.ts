import { regionCodes } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { inventedBooths } from './booths.js';
import { pavilions, type PlannedNode } from './nodes.js';

interface Leaf extends PlannedNode {
  readonly code: string;
}

const leavesOf = (nodes: readonly PlannedNode[], above = ''): Leaf[] =>
  nodes.flatMap((node, index) => {
    const code = `${above}${index + 1}`;
    return node.below ? leavesOf(node.below, `${code}.`) : [{ ...node, code }];
  });
const leaves = leavesOf(pavilions);
const booths = leaves.flatMap(({ code, regionCodes: regions = [] }) => inventedBooths(code, regions));

describe('the venue of the 21st edition', () => {
  it('has 5 pavilions, the first with 4 zones and 1 + 9 + 2 + 5 leaves', () => {
    const zones = pavilions[0]?.below ?? [];
    expect(pavilions).toHaveLength(5);
    expect(zones.map(zone => leavesOf([zone]).length)).toEqual([1, 9, 2, 5]);
    expect(leaves).toHaveLength(17 + 4);
  });

  it('has each of the 45 regional units on one of the 9 regional boards, which it undertakes', () => {
    const regional = leaves.filter(leaf => leaf.regionCodes !== undefined);
    expect(regional).toHaveLength(9);
    expect(regional.flatMap(leaf => leaf.regionCodes ?? []).toSorted()).toEqual([...regionCodes].toSorted());
    for (const leaf of regional) {
      const undertakers = (leaf.responsibilities ?? []).filter(({ role }) => role === 'undertake');
      expect(undertakers.map(({ regionCode }) => regionCode)).toEqual(leaf.regionCodes);
    }
  });

  it('names a responsible unit for every leaf, in both languages', () => {
    for (const { responsibilities = [] } of leaves) {
      expect(responsibilities.length).toBeGreaterThan(0);
      for (const { unit } of responsibilities)
        expect([unit.zh, unit.en]).toEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[A-Z]/)]);
    }
  });
});

describe('the invented booths', () => {
  it('have unique numbers, in halls 1 to 6', () => {
    expect(new Set(booths.map(({ number }) => number)).size).toBe(booths.length);
    expect([...new Set(booths.map(({ hall }) => hall))].toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are enough for ten enterprises of every region, with some to spare, and for its government', () => {
    for (const { code, regionCodes: regions } of leaves.filter(leaf => leaf.regionCodes !== undefined)) {
      const count = (areaType: string) => inventedBooths(code, regions ?? []).filter(booth => booth.areaType === areaType).length;
      expect(count('enterprise')).toBeGreaterThan(10 * (regions?.length ?? 0));
      expect(count('government')).toBeGreaterThanOrEqual(regions?.length ?? 0);
    }
  });
});
