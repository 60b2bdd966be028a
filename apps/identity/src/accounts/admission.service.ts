import { isStaffRole, memberRoles, type Role } from '@ciep/contracts';
import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { RoleGrant } from '../role-grants/role-grant.entity.js';
import { RoleGrantRepository } from '../role-grants/role-grant.repository.js';
import { Account } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { Membership } from './membership.entity.js';
import { MembershipRepository } from './membership.repository.js';

type NewPerson = Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string };

/** Creates the account of a person with a verified address, and memberships of organisations; staff roles become role grants. */
@Injectable()
export class Admission {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly memberships: MembershipRepository,
    private readonly grants: RoleGrantRepository,
    private readonly clock: Clock,
  ) {}

  /** Opens an account for a new member; returns its id. */
  async admit(person: NewPerson, organisationId: string, tx: Tx, roles: readonly Role[] = ['organisation_admin']): Promise<string> {
    const account = await this.open(person, tx);
    await this.join(account, organisationId, tx, roles);
    return account;
  }

  /** Opens an account; returns its id. */
  async open(person: NewPerson, tx: Tx): Promise<string> {
    const account = Account.open(person);
    await this.accounts.in(tx).insert(account);
    return account.id;
  }

  /** A person with an account becomes a member of an organisation; returns the id of the membership. */
  async join(accountId: string, organisationId: string, tx: Tx, roles: readonly Role[]): Promise<string> {
    const member = { accountId, organisationId };
    const membership = Membership.join({ ...member, roles: memberRoles.filter(role => roles.includes(role)) });
    await this.memberships.in(tx).insert(membership);
    for (const role of roles.filter(isStaffRole)) {
      const grant = RoleGrant.admit({ ...member, role, regionCode: null, reason: 'Admitted with this role' }, this.clock.now());
      await this.grants.in(tx).insert(grant);
    }
    return membership.id;
  }
}
