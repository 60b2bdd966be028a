import { DomainError } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationNotActive } from '../organisations/organisation.errors.js';
import { Roster } from '../members/roster.queries.js';
import { TooManyTries } from '../accounts/tries.errors.js';
import { InvitationChecks } from './invitation-checks.service.js';
import { InvitationTerms } from './invitation-terms.service.js';
import { Invitation, type Invited } from './invitation.entity.js';
import { AlreadyInvited } from './invitation.errors.js';
import { InvitationRepository } from './invitation.repository.js';

/** Who invites whom. */
interface Round {
  readonly organisationId: string;
  /** The caller's organisation, the only one that it may invite to. */
  readonly own: string;
  /** The account of the administrator; null for a program of the organisation. */
  readonly inviter: string | null;
  readonly people: readonly Invited[];
}

/** What became of one of them. */
export type InvitationOutcome = { readonly id: string } | { readonly refusal: DomainError };

/**
 * Invites people to an organisation, each on its own: a refusal of one leaves the others invited (docs/rules.md#invitations). The refusals
 * are `AlreadyMember`, `AlreadyInvited` and `TooManyTries`. Throws `NotFound` and `OrganisationNotActive`.
 */
@Injectable()
export class InviteMembers {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly checks: InvitationChecks,
    private readonly roster: Roster,
    private readonly terms: InvitationTerms,
  ) {}

  async execute({ organisationId, own, inviter, people }: Round, tx: Tx): Promise<InvitationOutcome[]> {
    if (!(await this.roster.hold(tx, organisationId, own))) throw new OrganisationNotActive();
    const expiresAt = this.terms.expiry();
    const round = people.map(person => Invitation.send(organisationId, person, { inviter, expiresAt }));
    // Of invitations to one address the first counts.
    const first = new Map(round.toReversed().map(invitation => [invitation.mailKey, invitation]));
    const refusals = await this.checks.refusals(organisationId, [...first.values()], tx);
    const open = round.filter(invitation => first.get(invitation.mailKey) === invitation && !refusals.has(invitation.id));
    const { admitted, wait } = await this.terms.take(organisationId, open.length, tx);
    const sent = new Set(open.slice(0, admitted));
    await this.invitations.in(tx).insertAll([...sent]);
    return round.map(invitation => {
      if (sent.has(invitation)) return { id: invitation.id };
      const other = first.get(invitation.mailKey) ?? invitation;
      return { refusal: sent.has(other) ? new AlreadyInvited(other.id) : (refusals.get(other.id) ?? new TooManyTries(wait)) };
    });
  }
}
