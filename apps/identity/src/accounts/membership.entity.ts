import type { Role } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a person belongs to an organisation, and the roles held there. One organisation per person for now. */
@Entity({ name: 'memberships' })
export class Membership extends Aggregate {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'account_id', type: 'uuid' }) accountId!: string;
  @Column({ name: 'organisation_id', type: 'uuid' }) organisationId!: string;
  @Column({ name: 'roles', type: 'text', array: true }) roles!: Role[];

  static join(member: { accountId: string; organisationId: string; roles: readonly Role[] }): Membership {
    return Object.assign(new Membership(), { id: newId(), version: 1, ...member, roles: [...member.roles] });
  }

  /** Holds one more role. */
  appoint(role: Role): void {
    this.roles = [...new Set([...this.roles, role])];
  }
}
