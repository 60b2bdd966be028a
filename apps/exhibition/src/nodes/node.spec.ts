import { describe, expect, it } from '@jest/globals';
import { newId } from '@ciep/kernel';
import { Node, type NodePlan } from './node.entity.js';
import { admittedAreas, mayStandBelow, nested, nodeKinds, unitNamedTwice, type NodeKind, type Responsibility } from './node.rules.js';

const plan = (changes: Partial<NodePlan> = {}): NodePlan => ({
  code: '1.2',
  name: { zh: '区域协调发展展区', en: 'Regional zone' },
  description: null,
  areaTypes: [],
  regionCodes: [],
  ...changes,
});
const unit = (role: Responsibility['role'], zh: string): Responsibility => ({
  role,
  unit: { zh, en: 'Unit' },
  organisationId: null,
  regionCode: null,
});
const aNode = (kind: NodeKind, parent: Node | null, changes: Partial<NodePlan> = {}) =>
  Node.plan({ editionId: newId(), kind, parent, position: 1 }, plan(changes), []);
const pavilion = aNode('pavilion', null);
const zone = aNode('zone', pavilion);
const board = aNode('board', zone);
const parents = { pavilion, zone, board };

describe(mayStandBelow.name, () => {
  const allowed: Record<NodeKind, (NodeKind | null)[]> = {
    pavilion: [null],
    zone: ['pavilion', 'zone'],
    board: ['pavilion', 'zone', 'board'],
  };
  for (const kind of nodeKinds) {
    it.each([null, ...nodeKinds])(`judges a ${kind} below %s`, parent => {
      expect(mayStandBelow(kind, parent)).toBe(allowed[kind].includes(parent));
    });
  }
});

describe(Node.name, () => {
  it('refuses a new node below an unsuitable kind', () => {
    expect(() => aNode('zone', board)).toThrow(expect.objectContaining({ code: 'node.wrong_parent' }));
    expect(() => aNode('board', null)).toThrow(expect.objectContaining({ code: 'node.wrong_parent' }));
    expect(() => aNode('pavilion', pavilion)).toThrow(expect.objectContaining({ code: 'node.wrong_parent' }));
  });

  it('moves only below a suitable kind', () => {
    const moved = aNode('zone', pavilion);
    moved.moveBelow(zone, 3);
    expect([moved.parentId, moved.position]).toEqual([zone.id, 3]);
    expect(() => moved.moveBelow(parents.board, 1)).toThrow(expect.objectContaining({ code: 'node.wrong_parent' }));
    expect(() => moved.moveBelow(null, 1)).toThrow(expect.objectContaining({ code: 'node.wrong_parent' }));
  });

  it('has government and enterprise areas if it has regions, a general one if not', () => {
    expect(admittedAreas(['210000'])).toEqual(['government', 'enterprise']);
    expect(admittedAreas([])).toEqual(['general']);
    expect(aNode('board', zone, { regionCodes: ['210000'], areaTypes: ['enterprise'] }).areaTypes).toEqual(['enterprise']);
    expect(() => aNode('board', zone, { regionCodes: ['210000'], areaTypes: ['general'] })).toThrow(
      expect.objectContaining({ code: 'node.areas_do_not_fit_regions', kind: 'invalid' }),
    );
    expect(() => aNode('board', zone, { areaTypes: ['general', 'government'] })).toThrow(
      expect.objectContaining({ details: { admitted: ['general'], unfit: ['government'] } }),
    );
  });

  it('has each unit once per role', () => {
    const units = [unit('lead', '甲'), unit('undertake', '甲'), unit('undertake', '乙')];
    expect(unitNamedTwice(units)).toBeUndefined();
    expect(unitNamedTwice([...units, unit('undertake', '甲')])).toBe(3);
    expect(() => board.assign([...units, unit('lead', '甲')])).toThrow(
      expect.objectContaining({ code: 'node.unit_named_twice', fields: [expect.objectContaining({ pointer: '/responsibilities/3' })] }),
    );
  });
});

describe(nested.name, () => {
  it('puts each node into its parent, at any depth, in the order of the list', () => {
    const item = (id: string, parentId: string | null) => ({ id, parentId });
    const tree = nested([item('1', null), item('1.2', '1'), item('1.2.1', '1.2'), item('1.1', '1'), item('2', null)]);
    expect(tree).toEqual([
      {
        ...item('1', null),
        children: [
          { ...item('1.2', '1'), children: [{ ...item('1.2.1', '1.2'), children: [] }] },
          { ...item('1.1', '1'), children: [] },
        ],
      },
      { ...item('2', null), children: [] },
    ]);
  });
});
