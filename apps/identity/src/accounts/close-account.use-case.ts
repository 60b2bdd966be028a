import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OpenMailChange } from '../mail-changes/open-mail-change.service.js';
import { Logins } from '../oidc/logins.service.js';
import { OpenRecovery } from '../passwords/open-recovery.service.js';
import { AccountRepository } from './account.repository.js';
import { ClosingQueries } from './closing.queries.js';
import { LastAdministrator } from './me.errors.js';
import { MembershipRepository } from './membership.repository.js';

/**
 * Closes the account of a person who has just proven the password: its logins, memberships and mailed links end
 * (docs/rules.md#account-closing). Throws `LastAdministrator`, and `PasswordWrong` if the password has just changed.
 */
@Injectable()
export class CloseAccount {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly memberships: MembershipRepository,
    private readonly queries: ClosingQueries,
    private readonly recovery: OpenRecovery,
    private readonly mailChange: OpenMailChange,
    private readonly logins: Logins,
  ) {}

  async execute({ accountId, provenHash }: { accountId: string; provenHash: string }, tx: Tx): Promise<void> {
    // In this order everywhere: organisations, then the account, so that nobody waits in a circle.
    await this.queries.holdOrganisations(tx, accountId);
    await this.recovery.hold(accountId, tx);
    const organisation = await this.queries.lastAdministratorOf(tx, accountId);
    if (organisation) throw new LastAdministrator(organisation);
    await this.accounts.in(tx).update(accountId, (account, now) => {
      account.checkPassword(provenHash);
      account.close(now);
    });
    for (const id of await this.queries.membershipsOf(tx, accountId))
      await this.memberships.in(tx).remove(id, membership => membership.end());
    await this.recovery.close(accountId, tx);
    await this.mailChange.withdraw(accountId, tx);
    await this.logins.endAll(accountId, tx);
  }
}
