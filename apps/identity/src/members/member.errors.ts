import { DomainError } from '@ciep/kernel';

/** The organisation would be without an administrator. */
export class LastAdministrator extends DomainError {
  constructor() {
    super('conflict', 'member.last_administrator', {
      zh: '机构至少须有一名管理员，请先指定另一名管理员。',
      en: 'An organisation keeps at least one administrator; make somebody else administrator first.',
    });
  }
}

/** The person has roles that only the platform may take. */
export class MemberHasTasks extends DomainError {
  constructor() {
    super('conflict', 'member.has_platform_roles', {
      zh: '该成员承担大会平台的工作，请先联系平台管理员取消其平台角色。',
      en: 'This member has roles of the platform; ask the platform administrator to take them first.',
    });
  }
}

/** Only an administrator removes somebody else. */
export class NotYourself extends DomainError {
  constructor() {
    super('forbidden', 'member.not_yourself', {
      zh: '只有机构管理员可以移除其他成员；您只能自己退出。',
      en: 'Only an administrator of the organisation removes others; you can leave it yourself.',
    });
  }
}
