import type { AreaType } from '@ciep/contracts';
import { DomainError } from '@ciep/kernel';
import type { NodeKind } from './node.rules.js';

/** Pavilions are roots, zones belong to pavilions, boards to zones. */
export class WrongParent extends DomainError {
  constructor(kind: NodeKind, parentKind: NodeKind | null) {
    super(
      'conflict',
      'node.wrong_parent',
      {
        zh: '该类展区不能放在所选的上级之下。',
        en: `A ${kind} cannot stand ${parentKind === null ? 'at the root' : `below a ${parentKind}`}.`,
      },
      { kind, parentKind },
    );
  }
}

/** The parent is not in this edition. */
export class UnknownParent extends DomainError {
  constructor(parentId: string) {
    const text = { zh: '本届大会没有该上级展区。', en: 'There is no such parent node in this edition.' };
    super('invalid', 'node.unknown_parent', text, { parentId }, [{ pointer: '/parentId', code: 'unknown', detail: text }]);
  }
}

/** A node cannot be moved below itself. */
export class MovedBelowItself extends DomainError {
  constructor() {
    super('conflict', 'node.below_itself', { zh: '展区不能移动到自身或其下级之下。', en: 'A node cannot be moved below itself.' });
  }
}

/** Node codes are unique within an edition. */
export class NodeCodeTaken extends DomainError {
  constructor(codeTaken: string) {
    super(
      'conflict',
      'node.code_taken',
      { zh: `编号 ${codeTaken} 已被使用。`, en: `The code ${codeTaken} is already in use in this edition.` },
      { codeTaken },
    );
  }
}

/** A region belongs to one board of an edition. */
export class RegionTaken extends DomainError {
  constructor(taken: readonly string[]) {
    const list = taken.join(', ');
    super(
      'conflict',
      'node.region_taken',
      { zh: `以下地区已属于本届的其他板块：${list}。`, en: `These regions belong to another board of this edition: ${list}.` },
      { regionCodes: taken },
    );
  }
}

/** Booths or applications belong to the node, so it must stay a leaf. */
export class NodeIsLeaf extends DomainError {
  constructor(uses: NodeUses) {
    super(
      'conflict',
      'node.is_leaf',
      { zh: '该展区已有展位或参展申请，不能再设下级。', en: 'Booths or applications belong to this node, so nothing can be put below it.' },
      { ...uses },
    );
  }
}

/** The node is still in use. */
export class NodeNotEmpty extends DomainError {
  constructor(uses: NodeUses) {
    super(
      'conflict',
      'node.not_empty',
      {
        zh: '该展区仍有下级、展位或参展申请，不能删除。',
        en: 'Nodes, booths or applications still belong to this node, so it cannot be deleted.',
      },
      { ...uses },
    );
  }
}

/** Counts of the rows that belong to a node or its subtree. */
export interface NodeUses {
  readonly children: number;
  readonly booths: number;
  readonly applications: number;
}

/** Area types and regions of a node contradict each other. */
export class AreasDoNotFitRegions extends DomainError {
  constructor(admitted: readonly AreaType[], unfit: readonly AreaType[]) {
    const text = {
      zh: '区域协调发展板块只设政府区域和企业区域，其他展区只设综合区域。',
      en: 'A regional board has a government and an enterprise area, any other node a general one.',
    };
    super('invalid', 'node.areas_do_not_fit_regions', text, { admitted, unfit }, [
      { pointer: '/areaTypes', code: 'not_admitted', detail: text },
    ]);
  }
}

/** The node has booths of an area type that it would no longer allow. */
export class AreaInUse extends DomainError {
  constructor(areaTypes: readonly AreaType[]) {
    super(
      'conflict',
      'node.area_in_use',
      { zh: '该展区仍有属于此区域类型的展位。', en: 'Booths of this area type still stand on the node.' },
      { areaTypes },
    );
  }
}

/** The same unit twice in the same role. */
export class UnitNamedTwice extends DomainError {
  constructor(index: number) {
    const text = { zh: '同一单位不能重复承担同一职责。', en: 'A unit has a role only once.' };
    super('invalid', 'node.unit_named_twice', text, {}, [{ pointer: `/responsibilities/${index}`, code: 'duplicate', detail: text }]);
  }
}
