import { Clock, type DomainError } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Invitation } from './invitation.entity.js';
import { AlreadyInvited, AlreadyMember } from './invitation.errors.js';
import { InvitationRepository } from './invitation.repository.js';
import { InvitationQueries, type KnownAddress } from './invitations.queries.js';

/** Whether an organisation may invite addresses. The transaction must hold the organisation. */
@Injectable()
export class InvitationChecks {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly queries: InvitationQueries,
    private readonly clock: Clock,
  ) {}

  /** Why invitations are refused, by their ids: `AlreadyMember`, or `AlreadyInvited` if another one is open. */
  async refusals(
    organisationId: string,
    invited: readonly Pick<Invitation, 'id' | 'mailKey'>[],
    tx: Tx,
  ): Promise<ReadonlyMap<string, DomainError>> {
    const keys = invited.map(({ mailKey }) => mailKey);
    const known = new Map((await this.queries.known(tx, organisationId, keys)).map(each => [each.mailKey, each]));
    const refusals = new Map<string, DomainError>();
    for (const { id, mailKey } of invited) {
      const refusal = await this.refusalOf(id, known.get(mailKey), tx);
      if (refusal) refusals.set(id, refusal);
    }
    return refusals;
  }

  private async refusalOf(id: string, known: KnownAddress | undefined, tx: Tx): Promise<DomainError | undefined> {
    if (known === undefined) return undefined;
    const { memberId, pendingId, pendingUntil } = known;
    if (memberId !== null) return new AlreadyMember(memberId);
    if (pendingId === null || pendingId === id || pendingUntil === null) return undefined;
    if (pendingUntil > this.clock.now()) return new AlreadyInvited(pendingId);
    // The job that closes expired invitations has not come to this one yet.
    await this.invitations.in(tx).update(pendingId, (invitation, now) => invitation.expire(now));
    return undefined;
  }
}
