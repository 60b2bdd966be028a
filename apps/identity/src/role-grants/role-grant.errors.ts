import type { StaffRole } from '@ciep/contracts';
import { DomainError, type FieldRefusal, type LocalizedText } from '@ciep/kernel';

const field = (code: string, detail: LocalizedText, pointer: string): FieldRefusal => ({ pointer, code, detail });

/** The data would not make a grant that means something. */
export class RoleNotGrantable extends DomainError {
  constructor(fields: readonly FieldRefusal[]) {
    super(
      'invalid',
      'role_grant.not_grantable',
      { zh: '无法按所填内容授予角色。', en: 'The role cannot be granted like this.' },
      {},
      fields,
    );
  }
}

export const personUnclear = field(
  'required',
  { zh: '须填写 accountId 或 mail，且只填其一。', en: 'Give exactly one of accountId and mail.' },
  '/accountId',
);
export const personUnknown = (pointer: string) =>
  field('unknown', { zh: '没有此账号。', en: 'There is no active account of this person.' }, pointer);
export const organisationUnknown = field(
  'unknown',
  { zh: '没有此机构，或其尚未激活。', en: 'There is no active organisation with this id.' },
  '/organisationId',
);
export const notAMember = field(
  'not_a_member',
  { zh: '此人不是该机构的成员。', en: 'The person is not a member of this organisation.' },
  '/organisationId',
);
export const notAPartnerUnit = field(
  'not_a_partner_unit',
  { zh: '该机构不是省级合作单位。', en: 'This organisation is not the partner unit of a region.' },
  '/organisationId',
);
export const regionOfAnother = field(
  'not_allowed',
  { zh: '该机构是另一地区的合作单位。', en: 'This organisation is the partner unit of another region.' },
  '/regionCode',
);
export const regionWithoutUse = field(
  'not_allowed',
  { zh: '只有省级合作单位的角色限于一个地区。', en: 'Only the role of a province partner has a region.' },
  '/regionCode',
);
export const untilPassed = field(
  'not_allowed',
  { zh: '结束时间须晚于现在和开始时间。', en: 'The end must be later than now and than the begin.' },
  '/until',
);

/** The rules about who may grant what; the answer names the one that forbids it. */
export const grantRules = {
  role_held: { zh: '只能授予或撤销自己持有的角色。', en: 'Nobody grants or takes away a role without holding it.' },
  own_organisation: {
    zh: '只能在自己所属的机构内授予或撤销。',
    en: 'This role can be granted and taken away in your own organisation only.',
  },
  own_region: { zh: '只能在自己负责的地区内授予。', en: 'Nobody grants a role for another region than the own one.' },
  own_end: { zh: '不能授予超过自己期限的角色。', en: 'Nobody grants a role for longer than holding it.' },
  administrator: { zh: '只有平台管理员可以决定。', en: 'Only a platform administrator decides on this.' },
} as const satisfies Record<string, LocalizedText>;
export type GrantRule = keyof typeof grantRules;

/** The caller would give away more than it holds. */
export class BeyondOwnRoles extends DomainError {
  constructor(rule: GrantRule) {
    super('forbidden', 'role_grant.beyond_own', grantRules[rule], { rule });
  }
}

/** The second person must be another than the first. */
export class FourEyesNeeded extends DomainError {
  constructor() {
    super(
      'forbidden',
      'role_grant.four_eyes',
      { zh: '须由另一位平台管理员批准。', en: 'Another platform administrator has to approve it.' },
      { rule: 'four_eyes' },
    );
  }
}

/** Nobody approves what is for oneself. */
export class OwnGrant extends DomainError {
  constructor() {
    super(
      'forbidden',
      'role_grant.own',
      { zh: '不能批准授予自己的角色。', en: 'Nobody approves a role for oneself.' },
      { rule: 'four_eyes' },
    );
  }
}

/** The person has this role there already, or it is proposed. */
export class RoleGrantExists extends DomainError {
  constructor(role: StaffRole, roleGrantId: string) {
    super(
      'conflict',
      'role_grant.exists',
      { zh: '此人在该机构已有此角色或正在等待批准。', en: 'The person has this role there already, or it waits for approval.' },
      { role, roleGrantId },
    );
  }
}

/** Somebody must be able to run the platform, and not only for a time. */
export class LastPlatformAdministrator extends DomainError {
  constructor() {
    super('conflict', 'role_grant.last_administrator', {
      zh: '这是最后一位无期限的平台管理员，不能撤销；请先任命另一位。',
      en: 'This is the last platform administrator without an end; appoint another one first.',
    });
  }
}

/** What other people may do is for those who see their roles. */
export class OthersHidden extends DomainError {
  constructor() {
    super(
      'forbidden',
      'permission.missing',
      { zh: '缺少权限：role_grant:read。', en: 'The permission "role_grant:read" is missing: you may ask only about yourself.' },
      { permission: 'role_grant:read' },
    );
  }
}
