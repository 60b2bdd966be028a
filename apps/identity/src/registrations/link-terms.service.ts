import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Tries } from '../accounts/tries.service.js';
import { IdentityConfig } from '../identity.config.js';

const hour = 3600;

/** How long links live and how many are mailed (docs/rules.md#links). */
@Injectable()
export class LinkTerms {
  constructor(
    private readonly clock: Clock,
    private readonly tries: Tries,
    private readonly config: IdentityConfig,
  ) {}

  /** When a link mailed now expires. */
  expiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.linkHours * hour * 1000);
  }

  /** Counts a link to a mail address, whether or not it belongs to anybody. Throws `TooManyTries`. */
  async countLink(mail: string, tx: Tx): Promise<void> {
    await this.tries.count('link', mail, { tries: this.config.linksPerHour, seconds: hour }, tx);
  }
}
