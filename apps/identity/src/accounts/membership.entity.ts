import { memberChanged, memberJoined, memberRemoved, memberRoles, type MemberRole } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { LastAdministrator, MemberHasTasks } from '../members/member.errors.js';

/**
 * A person's membership of an organisation, with the roles that the organisation itself gives; those of staff and partner units are role
 * grants. A person may be a member of several organisations.
 */
@Entity({ name: 'memberships' })
export class Membership extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) accountId!: string;
  @Column({ type: 'uuid' }) organisationId!: string;
  @Column({ type: 'text', array: true }) roles!: MemberRole[];

  static join(member: { accountId: string; organisationId: string; roles: readonly MemberRole[] }): Membership {
    const membership = Object.assign(new Membership(), { id: newId(), version: 1, ...member, roles: [...member.roles] });
    membership.record(memberJoined(membership.eventFields()));
    return membership;
  }

  /**
   * Gives the roles of the organisation (docs/rules.md#members). Says whether the member may do less
   * than before. Throws `LastAdministrator`.
   */
  changeRoles(roles: readonly MemberRole[], { isOnlyAdministrator }: { isOnlyAdministrator: boolean }): boolean {
    const before = [...this.roles];
    const lost = before.filter(role => !roles.includes(role));
    const isSame = lost.length === 0 && before.length === roles.length;
    if (isSame) return false;
    if (isOnlyAdministrator && lost.includes('organisation_admin')) throw new LastAdministrator();
    this.roles = memberRoles.filter(role => roles.includes(role));
    this.record(memberChanged(this.eventFields()));
    return lost.length > 0;
  }

  /** The membership is about to end. Throws `LastAdministrator` and `MemberHasTasks`. */
  leave({ isOnlyAdministrator, hasTasks }: { isOnlyAdministrator: boolean; hasTasks: boolean }): void {
    if (hasTasks) throw new MemberHasTasks();
    if (isOnlyAdministrator && this.roles.includes('organisation_admin')) throw new LastAdministrator();
    this.end();
  }

  /** The membership ends with the account. */
  end(): void {
    this.record(memberRemoved(this.eventFields()));
  }

  private eventFields() {
    const { id: memberId, accountId, organisationId } = this;
    return { memberId, accountId, organisationId, roles: [...this.roles] };
  }
}
