import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { AccountUnknown } from './account.errors.js';
import { accountNumber } from './statement.rules.js';

/** The accounts that money comes to and leaves from (docs/rules.md#our-accounts). */
@Injectable()
export class OurAccounts {
  private readonly accounts: ReadonlySet<string>;

  constructor({ accounts }: BillingConfig) {
    this.accounts = new Set(accounts.map(accountNumber));
  }

  /** Whether an account number, in its normal form, is one of ours. */
  has(account: string): boolean {
    return this.accounts.has(account);
  }

  /** Throws {@link AccountUnknown} for an account number, in its normal form, that is none of ours. */
  check(account: string): void {
    if (!this.has(account)) throw new AccountUnknown();
  }
}
