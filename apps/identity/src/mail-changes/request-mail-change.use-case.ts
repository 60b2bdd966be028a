import { normalMail } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../accounts/account.repository.js';
import { LinkTerms } from '../registrations/link-terms.service.js';
import { MailChange } from './mail-change.entity.js';
import { MailChangeRepository } from './mail-change.repository.js';
import { MailChangeQueries } from './mail-changes.queries.js';
import { OpenMailChange } from './open-mail-change.service.js';

/** A person who has just proven the password wants another mail address. */
export interface MailWish {
  readonly accountId: string;
  /** The stored hash that the present password was checked against. */
  readonly provenHash: string;
  readonly mail: string;
  /** The grant of the request's token, by its mark. */
  readonly askedBy: string | undefined;
  /** The network of the person. */
  readonly address: string;
}

/**
 * Mails a link to the new address, and a notice to the present one (docs/rules.md#mail-change). The answer does not depend on whether the
 * new address has an account; only the mail shows it. Throws `MailUnchanged`, `PasswordWrong` and `TooManyTries`.
 */
@Injectable()
export class RequestMailChange {
  constructor(
    private readonly changes: MailChangeRepository,
    private readonly accounts: AccountRepository,
    private readonly queries: MailChangeQueries,
    private readonly open: OpenMailChange,
    private readonly terms: LinkTerms,
  ) {}

  async execute({ accountId, provenHash, mail, askedBy, address }: MailWish, tx: Tx): Promise<void> {
    const mailKey = normalMail(mail);
    await this.terms.countRequest({ mailKey, address }, tx);
    await this.terms.countMailChange(accountId, tx);
    // The lock makes two changes of one account wait for each other.
    const language = await this.accounts.in(tx).update(accountId, account => {
      account.checkPassword(provenHash);
      account.checkNewMail(mail);
      return account.language;
    });
    await this.open.replace(accountId, tx);
    const purpose = (await this.queries.isTaken(tx, mailKey)) ? 'mail_taken' : 'mail_change';
    const wish = { accountId, purpose, mail, language, askedBy: askedBy ?? null, expiresAt: this.terms.expiry() } as const;
    await this.changes.in(tx).insert(MailChange.request(wish));
  }
}
