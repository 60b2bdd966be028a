import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../accounts/account.repository.js';
import { LoginTries } from '../accounts/login-tries.service.js';
import { OpenMailChange } from '../mail-changes/open-mail-change.service.js';
import { Logins } from '../oidc/logins.service.js';
import { LinkTerms } from '../registrations/link-terms.service.js';
import { PasswordWrong } from './password.errors.js';

/** A new password of an account. */
export interface NewPassword {
  readonly accountId: string;
  readonly passwordHash: string;
  /** The hash that must still be the stored one. */
  readonly provenHash?: string;
  /** The network from which its person chose it. */
  readonly address: string;
}

/**
 * Gives an account a new password, with what always follows: all its logins end, a change of its mail address is withdrawn, and its
 * failed tries are forgotten, so that the person can log in at once.
 */
@Injectable()
export class PasswordRenewal {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly logins: Logins,
    private readonly tries: LoginTries,
    private readonly terms: LinkTerms,
    private readonly mailChange: OpenMailChange,
  ) {}

  async renew({ accountId, passwordHash, provenHash, address }: NewPassword, tx: Tx): Promise<void> {
    const mail = await this.accounts.in(tx).update(accountId, account => {
      if (provenHash !== undefined && account.passwordHash !== provenHash) throw new PasswordWrong();
      account.changePassword(passwordHash);
      return account.mailKey;
    });
    await this.mailChange.withdraw(accountId, tx);
    await this.logins.endAll(accountId, tx);
    await this.tries.forget({ mail, address }, tx);
    await this.terms.forgetRecoveries(accountId, tx);
  }
}
