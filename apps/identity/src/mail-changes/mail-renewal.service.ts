import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../accounts/account.repository.js';
import { LoginTries } from '../accounts/login-tries.service.js';
import { OpenRecovery } from '../passwords/open-recovery.service.js';
import { SessionEnd } from '../sessions/session-end.service.js';

/** A proven new address of an account. */
export interface NewMail {
  readonly accountId: string;
  readonly mail: string;
  /** The new address and the one of before, in their normal forms. */
  readonly mailKeys: readonly string[];
  readonly noticeId: string;
  /** Mark of the grant whose login continues. */
  readonly askedBy: string | null;
  /** The network of its person. */
  readonly address: string;
}

/**
 * Gives an account a new address, with what always follows: a link for a forgotten password that was mailed to the old one is worth nothing
 * any more, the other logins end, and failed tries are forgotten, so that the person can log in at once.
 */
@Injectable()
export class MailRenewal {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly recovery: OpenRecovery,
    private readonly sessions: SessionEnd,
    private readonly tries: LoginTries,
  ) {}

  async renew({ accountId, mail, mailKeys, noticeId, askedBy, address }: NewMail, tx: Tx): Promise<void> {
    await this.accounts.in(tx).update(accountId, account => account.changeMail(mail, noticeId));
    await this.recovery.close(accountId, tx);
    await this.sessions.endOthers(accountId, askedBy ?? undefined, tx);
    for (const key of mailKeys) await this.tries.forget({ mail: key, address }, tx);
  }
}
