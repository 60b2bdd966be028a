import type { Role } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Account } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { Membership } from './membership.entity.js';
import { MembershipRepository } from './membership.repository.js';

type NewPerson = Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string };

/** Creates the account of a person with a verified address, and memberships of organisations. */
@Injectable()
export class Admission {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly memberships: MembershipRepository,
  ) {}

  async admit(person: NewPerson, organisationId: string, tx: Tx, roles: readonly Role[] = ['organisation_admin']): Promise<string> {
    const account = Account.open(person);
    await this.accounts.in(tx).insert(account);
    await this.join(account.id, organisationId, tx, roles);
    return account.id;
  }

  /** A person with an account becomes a member of a further organisation; returns the id of the membership. */
  async join(accountId: string, organisationId: string, tx: Tx, roles: readonly Role[]): Promise<string> {
    const membership = Membership.join({ accountId, organisationId, roles });
    await this.memberships.in(tx).insert(membership);
    return membership.id;
  }
}
