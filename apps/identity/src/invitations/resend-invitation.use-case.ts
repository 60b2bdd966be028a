import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationNotActive } from '../organisations/organisation.errors.js';
import { Roster } from '../members/roster.queries.js';
import { InvitationChecks } from './invitation-checks.service.js';
import { InvitationTerms } from './invitation-terms.service.js';
import { InvitationRepository } from './invitation.repository.js';

/** One invitation of the caller's own organisation. */
export interface OfInvitation {
  readonly id: string;
  readonly organisationId: string;
  /** The caller's organisation, the only one whose invitations it may change. */
  readonly own: string;
  readonly version?: number | undefined;
}

/**
 * Mails the link of an invitation again: the id stays, the old link becomes invalid, and the new one is valid for the full time. Throws
 * `NotFound`, `StaleVersion`, `WrongState`, `AlreadyMember`, `AlreadyInvited`, `OrganisationNotActive` and `TooManyTries`.
 */
@Injectable()
export class ResendInvitation {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly checks: InvitationChecks,
    private readonly roster: Roster,
    private readonly terms: InvitationTerms,
  ) {}

  async execute({ id, organisationId, own, version, inviter }: OfInvitation & { inviter: string | null }, tx: Tx): Promise<void> {
    if (!(await this.roster.hold(tx, organisationId, own))) throw new OrganisationNotActive();
    const invitations = this.invitations.in(tx);
    const refusal = (await this.checks.refusals(organisationId, [await invitations.get(id, { organisationId })], tx)).get(id);
    if (refusal) throw refusal;
    const expiresAt = this.terms.expiry();
    await invitations.update(id, invitation => invitation.resend({ inviter, expiresAt }), { version, scope: { organisationId } });
    await this.terms.count(organisationId, tx);
  }
}
