import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Roster } from '../members/roster.queries.js';
import { AlreadyInvited, AlreadyMember } from './invitation.errors.js';
import { InvitationRepository } from './invitation.repository.js';
import { InvitationQueries } from './invitations.queries.js';

/** Whether an organisation may invite an address. The transaction must hold the organisation. */
@Injectable()
export class InvitationChecks {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly queries: InvitationQueries,
    private readonly roster: Roster,
  ) {}

  /** Throws `AlreadyMember` and, if another invitation than this one is open, `AlreadyInvited`. */
  async admit({ id, organisationId, mailKey }: { id: string; organisationId: string; mailKey: string }, tx: Tx): Promise<void> {
    const memberId = await this.roster.memberWith(tx, organisationId, mailKey);
    if (memberId !== undefined) throw new AlreadyMember(memberId);
    const pendingId = await this.queries.pendingOf(tx, organisationId, mailKey);
    if (pendingId === undefined || pendingId === id) return;
    // The job that closes expired invitations may not have come to this one yet.
    const status = await this.invitations.in(tx).update(pendingId, (invitation, now) => {
      invitation.expire(now);
      return invitation.status;
    });
    if (status === 'pending') throw new AlreadyInvited(pendingId);
  }
}
