import { DomainError } from '@ciep/kernel';

/** An edition has each kind of milestone once; the one there is gets moved instead. */
export class MilestoneAlreadySet extends DomainError {
  constructor(kind: string, milestoneId: string) {
    super(
      'conflict',
      'milestone.already_set',
      { zh: '该时间节点已设定，请改为调整。', en: 'This milestone has been set already; move it instead.' },
      { kind, milestoneId },
    );
  }
}
