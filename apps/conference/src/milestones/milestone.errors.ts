import { DomainError } from '@ciep/kernel';

/** An edition has one milestone of each kind; move the existing one instead. */
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
