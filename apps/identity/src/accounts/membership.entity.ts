import type { Role } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person's membership of an organisation, with the roles there. A person may be a member of several organisations. */
@Entity({ name: 'memberships' })
export class Membership extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) accountId!: string;
  @Column({ type: 'uuid' }) organisationId!: string;
  @Column({ type: 'text', array: true }) roles!: Role[];

  static join(member: { accountId: string; organisationId: string; roles: readonly Role[] }): Membership {
    return Object.assign(new Membership(), { id: newId(), version: 1, ...member, roles: [...member.roles] });
  }

  /** Adds a role. */
  appoint(role: Role): void {
    this.roles = [...new Set([...this.roles, role])];
  }
}
