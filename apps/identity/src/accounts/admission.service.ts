import type { Role } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Account } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { Membership } from './membership.entity.js';
import { MembershipRepository } from './membership.repository.js';

type NewPerson = Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string };

/** Creates the account of a person with a verified address, and the membership of an organisation. */
@Injectable()
export class Admission {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly memberships: MembershipRepository,
  ) {}

  async admit(person: NewPerson, organisationId: string, tx: Tx, roles: readonly Role[] = ['organisation_admin']): Promise<string> {
    const account = Account.open(person);
    await this.accounts.in(tx).insert(account);
    await this.memberships.in(tx).insert(Membership.join({ accountId: account.id, organisationId, roles }));
    return account.id;
  }
}
