import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MailChangeRepository } from './mail-change.repository.js';
import { MailChangeQueries } from './mail-changes.queries.js';

/** Ends the open change of an account whose row the transaction has locked. */
@Injectable()
export class OpenMailChange {
  constructor(
    private readonly changes: MailChangeRepository,
    private readonly queries: MailChangeQueries,
  ) {}

  /** A newer change takes its place. */
  replace(accountId: string, tx: Tx): Promise<void> {
    return this.end(accountId, 'replace', tx);
  }

  /** Whoever holds the password, or the mailbox, has taken the account back or closed it. */
  withdraw(accountId: string, tx: Tx): Promise<void> {
    return this.end(accountId, 'withdraw', tx);
  }

  private async end(accountId: string, how: 'replace' | 'withdraw', tx: Tx): Promise<void> {
    const id = await this.queries.openOf(tx, accountId);
    if (id !== undefined) await this.changes.in(tx).update(id, change => change[how]());
  }
}
