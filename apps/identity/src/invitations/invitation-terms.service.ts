import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Tries } from '../accounts/tries.service.js';
import { IdentityConfig } from '../identity.config.js';

const hour = 3600;

/** How long invitations are valid and how many an organisation has mailed (docs/rules.md#invitations). */
@Injectable()
export class InvitationTerms {
  constructor(
    private readonly clock: Clock,
    private readonly tries: Tries,
    private readonly config: IdentityConfig,
  ) {}

  /** The expiry of an invitation mailed now. */
  expiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.invitationHours * hour * 1000);
  }

  /** Counts a mail of an organisation. Throws `TooManyTries`. */
  async count(organisationId: string, tx: Tx): Promise<void> {
    await this.tries.count('invitation', organisationId, this.limit, tx);
  }

  /** Counts many mails of an organisation: so many may be sent, the others after `wait` seconds. */
  take(organisationId: string, many: number, tx: Tx): Promise<{ admitted: number; wait: number }> {
    return this.tries.take('invitation', organisationId, this.limit, many, tx);
  }

  private get limit(): { tries: number; seconds: number } {
    return { tries: this.config.invitationsPerHour, seconds: hour };
  }
}
