import type { AreaType } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';

/** The kinds of nodes in the venue tree. */
export const nodeKinds = ['pavilion', 'zone', 'board'] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** The role of a responsible unit: 牵头 主办 承办 执行 支持 指导 共同主办 (docs/rules.md#responsible-units). */
export const responsibilityRoles = ['lead', 'host', 'undertake', 'execute', 'support', 'guide', 'co_host'] as const;
export type ResponsibilityRole = (typeof responsibilityRoles)[number];

/** One unit in one role. `organisationId` is null for units without an account on the platform. */
export interface Responsibility {
  readonly role: ResponsibilityRole;
  readonly unit: LocalizedText;
  readonly organisationId: string | null;
  readonly regionCode: string | null;
}

const parentsOf: Readonly<Record<NodeKind, readonly (NodeKind | null)[]>> = {
  pavilion: [null],
  zone: ['pavilion', 'zone'],
  board: ['pavilion', 'zone', 'board'],
};

/** Whether a node may be below one of another kind; `null` is the root (docs/rules.md#venue-tree). */
export const mayStandBelow = (kind: NodeKind, parent: NodeKind | null): boolean => parentsOf[kind].includes(parent);

/** A regional board divides into government and enterprise area, every other node has one general area (docs/rules.md#areas). */
export const admittedAreas = (regionCodes: readonly string[]): readonly AreaType[] =>
  regionCodes.length > 0 ? ['government', 'enterprise'] : ['general'];

/** The index of the first duplicate responsibility. */
export function unitNamedTwice(responsibilities: readonly Responsibility[]): number | undefined {
  const seen = new Set<string>();
  const repeated = responsibilities.findIndex(({ role, unit }) => {
    const key = `${role} ${unit.zh}`;
    const known = seen.has(key);
    seen.add(key);
    return known;
  });
  return repeated === -1 ? undefined : repeated;
}

/** Nests a flat list: the roots with their subtrees, in the order of the list. */
export function nested<Item extends { readonly id: string; readonly parentId: string | null }>(items: readonly Item[]): Tree<Item>[] {
  const trees = new Map(items.map(item => [item.id, { ...item, children: [] as Tree<Item>[] }]));
  const roots: Tree<Item>[] = [];
  for (const tree of trees.values()) (trees.get(tree.parentId ?? '')?.children ?? roots).push(tree);
  return roots;
}

export type Tree<Item> = Item & { children: Tree<Item>[] };
