import type { Language } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkTerms } from '../registrations/link-terms.service.js';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';
import { PasswordRecovery } from './password-recovery.entity.js';
import { PasswordRecoveryRepository } from './password-recovery.repository.js';

/** Mails the person of a mail address a link to choose a new password, if there is an active account (docs/rules.md#password-recovery). */
@Injectable()
export class MailRecoveryLink {
  constructor(
    private readonly recoveries: PasswordRecoveryRepository,
    private readonly queries: PasswordRecoveryQueries,
    private readonly terms: LinkTerms,
  ) {}

  /** `mailKey` in its normal form; without a language the mail has that of the account. */
  async execute({ mailKey, language }: { mailKey: string; language: Language | null }, tx: Tx): Promise<void> {
    const person = await this.queries.forgetful(tx, mailKey);
    if (!person || !(await this.terms.admitsRecovery(person.accountId, tx))) return;
    const [spoken, expiresAt] = [language ?? person.language, this.terms.recoveryExpiry()];
    const recoveries = this.recoveries.in(tx);
    const recoveryId = await this.queries.recoveryOf(tx, person.accountId);
    if (recoveryId === undefined) await recoveries.insert(PasswordRecovery.open(person.accountId, spoken, expiresAt));
    else await recoveries.update(recoveryId, recovery => recovery.mailLink(spoken, expiresAt));
  }
}
