import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Tries } from '../accounts/tries.service.js';
import { IdentityConfig } from '../identity.config.js';

const hour = 3600;
/** Registrations of one mail address, and requests for links to it, from one network address, in an hour. */
const mostOfOneNetwork = 20;

/**
 * How long links live and how many are mailed (docs/rules.md#links). Nothing here counts by the mail address alone, so that no
 * stranger uses up what its holder may ask for.
 */
@Injectable()
export class LinkTerms {
  constructor(
    private readonly clock: Clock,
    private readonly tries: Tries,
    private readonly config: IdentityConfig,
  ) {}

  /** The expiry of a link mailed now. */
  expiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.linkHours * hour * 1000);
  }

  /** Counts what one network registers for a mail address, whether or not that is known. Throws `TooManyTries`. */
  async countRegistration({ mailKey, address }: { mailKey: string; address: string }, tx: Tx): Promise<void> {
    await this.tries.count('registration-mail', `${address}\n${mailKey}`, { tries: mostOfOneNetwork, seconds: hour }, tx);
  }

  /** Counts what one network asks to be mailed to an address, whether or not that is known. Throws `TooManyTries`. */
  async countRequest({ mailKey, address }: { mailKey: string; address: string }, tx: Tx): Promise<void> {
    await this.tries.count('link-request', `${address}\n${mailKey}`, { tries: mostOfOneNetwork, seconds: hour }, tx);
  }

  /** Counts another link that is requested with the id of the registration. Throws `TooManyTries`. */
  async countLink(registrationId: string, tx: Tx): Promise<void> {
    await this.tries.count('link', registrationId, { tries: this.config.linksPerHour, seconds: hour }, tx);
  }

  /** Counts a further link that anybody asks for who knows a mail address; says whether it is mailed. */
  admitsLink(registrationId: string, tx: Tx): Promise<boolean> {
    return this.tries.admits('link-by-mail', registrationId, { tries: this.config.linksPerHour, seconds: hour }, tx);
  }

  /** Counts a change of its mail address that a person asks for. Throws `TooManyTries`. */
  async countMailChange(accountId: string, tx: Tx): Promise<void> {
    await this.tries.count('mail-change', accountId, { tries: this.config.linksPerHour, seconds: hour }, tx);
  }

  /** The expiry of a link for a forgotten password, mailed now. */
  recoveryExpiry(): Date {
    return new Date(this.clock.now().getTime() + this.recoverySeconds * 1000);
  }

  /**
   * Counts a link for a forgotten password; says whether it is mailed. The count lasts as long as a link: when it is used up, the newest
   * link is still valid, so strangers never leave the person without one.
   */
  admitsRecovery(accountId: string, tx: Tx): Promise<boolean> {
    return this.tries.admits('recovery', accountId, { tries: this.config.linksPerHour, seconds: this.recoverySeconds }, tx);
  }

  /** The link was used: the person may forget the new password, too. */
  async forgetRecoveries(accountId: string, tx: Tx): Promise<void> {
    await this.tries.forget('recovery', accountId, tx);
  }

  private get recoverySeconds(): number {
    return this.config.recoveryMinutes * 60;
  }
}
