import { roleGranted, roleRevoked, type StaffRole } from '@ciep/contracts';
import { Aggregate, lifecycle, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { FourEyesNeeded, OwnGrant } from './role-grant.errors.js';

export const roleGrantStates = ['proposed', 'active', 'revoked', 'refused', 'expired'] as const;
export type RoleGrantState = (typeof roleGrantStates)[number];

const life = lifecycle<RoleGrantState, 'approve' | 'refuse' | 'revoke' | 'expire'>('role_grant', {
  approve: { from: ['proposed'], to: 'active' },
  refuse: { from: ['proposed'], to: 'refused' },
  revoke: { from: ['active'], to: 'revoked' },
  expire: { from: ['proposed', 'active'], to: 'expired', isAutomatic: true },
});

/** Whom a role is given, where, for how long, by whom and why. */
export interface NewRoleGrant {
  readonly accountId: string;
  readonly organisationId: string;
  readonly role: StaffRole;
  readonly regionCode: string | null;
  /** From then on; an instant that has passed means at once. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly reason: string;
  /** The account of the person who grants; null: the installation. */
  readonly grantedBy: string | null;
}

/** A person's decision on a grant. */
export interface Decision {
  readonly by: string | null;
  readonly reason: string;
}

/** A staff or partner role that a person has in an organisation, for a time (docs/rules.md#role-grants). */
@Entity({ name: 'role_grants' })
export class RoleGrant extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: RoleGrantState;
  @Column({ type: 'uuid' }) accountId!: string;
  @Column({ type: 'uuid' }) organisationId!: string;
  @Column({ type: 'text' }) role!: StaffRole;
  /** The region of a province partner; null for all other roles. */
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ type: 'timestamptz' }) validFrom!: Date;
  @Column({ type: 'timestamptz', nullable: true }) validUntil!: Date | null;
  @Column({ type: 'text' }) reason!: string;
  /** Null if the installation gave it: an operator's command, the demo data. */
  @Column({ type: 'uuid', nullable: true }) grantedBy!: string | null;
  /** Who approved or refused it, if it needed a second person. */
  @Column({ type: 'uuid', nullable: true }) decidedBy!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) decidedAt!: Date | null;
  /** Since when tokens carry the role; null before. */
  @Column({ type: 'timestamptz', nullable: true }) startedAt!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) endedAt!: Date | null;
  @Column({ type: 'uuid', nullable: true }) endedBy!: string | null;
  @Column({ type: 'text', nullable: true }) endedReason!: string | null;

  /** A person grants a role. That of platform administrator waits for a second one (docs/rules.md#four-eyes). */
  static give(given: NewRoleGrant, at: Date): RoleGrant {
    const grant = RoleGrant.of(given, at, given.role === 'platform_admin' ? 'proposed' : 'active');
    grant.beginIfDue(at);
    return grant;
  }

  /** An operator appoints somebody, without a second person. */
  static appoint(given: Omit<NewRoleGrant, 'grantedBy'>, at: Date): RoleGrant {
    const grant = RoleGrant.of({ ...given, grantedBy: null }, at, 'active');
    grant.beginIfDue(at);
    return grant;
  }

  /** The person gets the account together with the role, and needs no mail about it. */
  static admit(given: Omit<NewRoleGrant, 'grantedBy'>, at: Date): RoleGrant {
    return Object.assign(RoleGrant.of({ ...given, grantedBy: null }, at, 'active'), { startedAt: at });
  }

  /** A second administrator agrees: neither who proposed it, nor who gets it. */
  approve(by: string, at: Date): void {
    if (by === this.grantedBy) throw new FourEyesNeeded();
    if (by === this.accountId) throw new OwnGrant();
    this.status = life.next(this.status, 'approve');
    this.decidedBy = by;
    this.decidedAt = at;
    if (this.validUntil !== null && this.validUntil <= at) return this.expire('Its time was over', at);
    this.beginIfDue(at);
  }

  /** An administrator does not agree, or the one who proposed it thinks again. */
  refuse({ by, reason }: Decision & { by: string }, at: Date): void {
    this.status = life.next(this.status, 'refuse');
    this.decidedBy = by;
    this.decidedAt = at;
    this.endedAt = at;
    this.endedBy = by;
    this.endedReason = reason;
  }

  /** Takes the role away. */
  revoke({ by, reason }: Decision, at: Date): void {
    this.status = life.next(this.status, 'revoke');
    this.end(by, reason, at);
  }

  /** Ends it because its condition has: its time, the membership, the partner unit. */
  expire(reason: string, at: Date): void {
    this.status = life.next(this.status, 'expire');
    this.end(null, reason, at);
  }

  /** Carries out what time or the end of the membership brings. */
  carryOut({ isMember }: { isMember: boolean }, at: Date): void {
    if (!isMember) this.expire('The membership has ended', at);
    else if (this.validUntil !== null && this.validUntil <= at) this.expire('Its time is over', at);
    else this.beginIfDue(at);
  }

  private beginIfDue(at: Date): void {
    if (this.status !== 'active' || this.startedAt !== null || this.validFrom > at) return;
    this.startedAt = at;
    this.record(roleGranted(this.eventFields()));
  }

  private end(by: string | null, reason: string, at: Date): void {
    this.endedAt = at;
    this.endedBy = by;
    this.endedReason = reason;
    if (this.startedAt !== null) this.record(roleRevoked({ ...this.eventFields(), endedAt: at.toISOString() }));
  }

  private static of({ from, until, grantedBy, ...given }: NewRoleGrant, at: Date, status: RoleGrantState): RoleGrant {
    return Object.assign(new RoleGrant(), {
      id: newId(),
      version: 1,
      status,
      ...given,
      validFrom: from !== undefined && from > at ? from : at,
      validUntil: until ?? null,
      grantedBy,
      decidedBy: null,
      decidedAt: null,
      startedAt: null,
      endedAt: null,
      endedBy: null,
      endedReason: null,
    });
  }

  private eventFields() {
    const { id: roleGrantId, accountId, organisationId, role, regionCode, validFrom, validUntil } = this;
    const times = { validFrom: validFrom.toISOString(), validUntil: validUntil?.toISOString() ?? null };
    return { roleGrantId, accountId, organisationId, role, regionCode, ...times };
  }
}
