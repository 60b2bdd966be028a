import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvitationRepository } from './invitation.repository.js';
import { Roster } from '../members/roster.queries.js';
import type { OfInvitation } from './resend-invitation.use-case.js';

/** Takes an invitation back: its link is worth nothing any more. Throws `NotFound`, `StaleVersion` and `WrongState`. */
@Injectable()
export class RevokeInvitation {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly roster: Roster,
  ) {}

  async execute({ id, organisationId, own, version }: OfInvitation, tx: Tx): Promise<void> {
    // Whoever accepts holds the organisation first, too, so that neither waits for the other.
    await this.roster.hold(tx, organisationId, own);
    await this.invitations.in(tx).update(id, (invitation, now) => invitation.revoke(now), { version, scope: { organisationId } });
  }
}
