import type { AreaType } from '@ciep/contracts';
import { DomainError } from '@ciep/kernel';

/** A live allocation holds the booth. */
export class BoothTaken extends DomainError {
  constructor(boothId: string) {
    super('conflict', 'booth.taken', { zh: '该展位已分配给其他参展单位。', en: 'The booth is allocated to an application.' }, { boothId });
  }
}

/** The booth was once allocated, so the history needs it. */
export class BoothHasHistory extends DomainError {
  constructor(boothId: string) {
    super(
      'conflict',
      'booth.has_history',
      { zh: '该展位曾被分配，不能删除，可将其停用。', en: 'The booth has been allocated before and cannot be deleted; block it instead.' },
      { boothId },
    );
  }
}

/** Numbers are unique within an edition. */
export class BoothNumberTaken extends DomainError {
  constructor(numbers: readonly string[]) {
    super(
      'conflict',
      'booth.number_taken',
      {
        zh: `展位号已被使用：${numbers.join('、')}。`,
        en: `These booth numbers are already in use in this edition: ${numbers.join(', ')}.`,
      },
      { numbers },
    );
  }
}

/** The same number twice in one request. */
export class BoothNumberRepeated extends DomainError {
  constructor(number: string, pointer: string) {
    const text = { zh: `展位号 ${number} 重复。`, en: `The booth number ${number} is repeated.` };
    super('invalid', 'booth.number_repeated', text, { number }, [{ pointer, code: 'duplicate', detail: text }]);
  }
}

/** The area does not fit into width times depth, or one of the two is missing. */
export class BoothLargerThanItsSides extends DomainError {
  constructor(number: string) {
    const text = {
      zh: '宽度和深度须同时填写，且面积不能超过宽度乘以深度。',
      en: 'Width and depth are given together, and the area fits into them.',
    };
    super('invalid', 'booth.larger_than_its_sides', text, { number }, [{ pointer: '/areaDm2', code: 'too_large', detail: text }]);
  }
}

/** The node is not in this edition. */
export class UnknownNode extends DomainError {
  constructor(nodeId: string, pointer: string) {
    const text = { zh: '本届大会没有该展区。', en: 'There is no such node in this edition.' };
    super('invalid', 'booth.unknown_node', text, { nodeId }, [{ pointer, code: 'unknown', detail: text }]);
  }
}

/** Booths belong to leaves of the tree only. */
export class NodeIsNoLeaf extends DomainError {
  constructor(nodeId: string) {
    super(
      'conflict',
      'booth.node_is_no_leaf',
      { zh: '该展区设有下级，展位只能设在最末级。', en: 'The node has nodes below it; booths stand on leaves only.' },
      { nodeId },
    );
  }
}

/** The node has no area of this type. */
export class AreaNotAdmitted extends DomainError {
  constructor(number: string, areaType: AreaType, admitted: readonly AreaType[]) {
    super(
      'conflict',
      'booth.area_not_admitted',
      { zh: `该展区不设此类区域：${areaType}。`, en: `The node has no ${areaType} area.` },
      { number, areaType, admitted },
    );
  }
}
