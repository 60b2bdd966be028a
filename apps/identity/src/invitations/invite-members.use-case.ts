import { DomainError } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationNotActive } from '../organisations/organisation.errors.js';
import { Roster } from '../members/roster.queries.js';
import { InvitationChecks } from './invitation-checks.service.js';
import { InvitationTerms } from './invitation-terms.service.js';
import { Invitation, type Invited } from './invitation.entity.js';
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
    const outcomes: InvitationOutcome[] = [];
    for (const person of people) {
      const invitation = Invitation.send(organisationId, person, { inviter, expiresAt: this.terms.expiry() });
      const refusal = await this.refusalOf(invitation, tx);
      if (!refusal) await this.invitations.in(tx).insert(invitation);
      outcomes.push(refusal ? { refusal } : { id: invitation.id });
    }
    return outcomes;
  }

  private async refusalOf(invitation: Invitation, tx: Tx): Promise<DomainError | undefined> {
    try {
      await this.checks.admit(invitation, tx);
      await this.terms.count(invitation.organisationId, tx);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
    return undefined;
  }
}
