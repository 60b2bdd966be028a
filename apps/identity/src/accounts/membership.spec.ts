import { memberChanged, memberRemoved, type MemberRole } from '@ciep/contracts';
import { Aggregate } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { refusalOf } from '@ciep/testing/refusal';
import { Membership } from './membership.entity.js';

const accountId = '01890000-0000-7000-8000-00000000000c';
const organisationId = '01860000-0000-7000-8000-0000d0000001';

describe(Membership.name, () => {
  const aMember = (...roles: MemberRole[]) => {
    const membership = Membership.join({ accountId, organisationId, roles });
    Aggregate.takeEvents(membership);
    return membership;
  };
  const [only, oneOfSome] = [
    { isOnlyAdministrator: true, hasTasks: false },
    { isOnlyAdministrator: false, hasTasks: false },
  ];

  it('gets other roles, and says whether it may do less', () => {
    const membership = aMember('organisation_admin');
    expect(membership.changeRoles(['organisation_member'], oneOfSome)).toBe(true);
    const fields = { memberId: membership.id, accountId, organisationId };
    expect(Aggregate.takeEvents(membership)).toEqual([memberChanged({ ...fields, roles: ['organisation_member'] })]);
    expect(membership.changeRoles(['organisation_admin', 'organisation_member'], oneOfSome)).toBe(false);
    expect(membership.roles).toEqual(['organisation_admin', 'organisation_member']);
  });

  it('records nothing if nothing changes', () => {
    const membership = aMember('organisation_admin');
    expect(membership.changeRoles(['organisation_admin'], only)).toBe(false);
    expect(Aggregate.takeEvents(membership)).toEqual([]);
  });

  it('of the last administrator neither ends nor loses the role', () => {
    const membership = aMember('organisation_admin');
    expect(refusalOf(() => membership.changeRoles(['organisation_member'], only))).toBe('member.last_administrator');
    expect(refusalOf(() => membership.leave(only))).toBe('member.last_administrator');
    membership.leave(oneOfSome);
    const fields = { memberId: membership.id, accountId, organisationId };
    expect(Aggregate.takeEvents(membership)).toEqual([memberRemoved({ ...fields, roles: ['organisation_admin'] })]);
    aMember('organisation_member').leave(only);
  });

  it('of somebody with a task of the platform does not end', () => {
    expect(refusalOf(() => aMember('organisation_member').leave({ ...oneOfSome, hasTasks: true }))).toBe('member.has_platform_roles');
  });
});
