import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Admission } from '../accounts/admission.service.js';
import { OrganisationNotActive } from '../organisations/organisation.errors.js';
import { Roster } from '../members/roster.queries.js';
import { LinkUnknown } from '../registrations/registration.errors.js';
import { holdAddress } from '../registrations/registrations.queries.js';
import type { Invitation } from './invitation.entity.js';
import { AlreadyMember, InvitedAccountDisabled, InviterGone, PersonMissing } from './invitation.errors.js';
import { InvitationRepository } from './invitation.repository.js';
import { InvitationQueries } from './invitations.queries.js';

/** What a person without an account enters. */
export interface Newcomer {
  readonly name: string;
  readonly phone: string;
  readonly passwordHash: string;
}

/** A mailed link; `link` is its number, which {@link Links.read} found in the code. */
interface OfLink {
  readonly id: string;
  readonly link: number;
}

/**
 * Handles the button behind the link of an invitation: the person joins the organisation, with the account of the invited address or with a
 * new one (docs/rules.md#invitations). Throws `LinkUnknown`, `LinkUsed`, `LinkReplaced`, `InvitationExpired`, `InvitationRevoked`, `InviterGone`,
 * `OrganisationNotActive`, `AlreadyMember`, `InvitedAccountDisabled` and `PersonMissing`.
 */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly queries: InvitationQueries,
    private readonly roster: Roster,
    private readonly admission: Admission,
    private readonly clock: Clock,
  ) {}

  /** Whether the link is valid; changes nothing. */
  async check({ id, link }: OfLink, tx: Tx): Promise<Readonly<Invitation>> {
    const invitation = await this.invitations.in(tx).find(id);
    if (!invitation) throw new LinkUnknown();
    invitation.checkLink(link, this.clock.now());
    await this.admit(invitation, await this.roster.isActive(tx, invitation.organisationId), tx);
    return invitation;
  }

  /** `newcomer` is used if the invited address has no account. */
  async execute(
    { newcomer, ...of }: OfLink & { newcomer: Newcomer | undefined },
    tx: Tx,
  ): Promise<{ organisationId: string; accountId: string; memberId: string }> {
    const { id, link } = of;
    // An invalid link need not wait for others who join.
    const { organisationId, mailKey } = await this.check(of, tx);
    await holdAddress(tx, mailKey);
    const isActive = await this.roster.hold(tx, organisationId);
    const invitation = await this.invitations.in(tx).update(id, (pending, now) => {
      pending.accept(link, now);
      return pending;
    });
    await this.admit(invitation, isActive, tx);
    const member = await this.join(invitation, newcomer, tx);
    return { organisationId, ...member };
  }

  private async admit({ organisationId, invitedBy }: Readonly<Invitation>, isActive: boolean, tx: Tx): Promise<void> {
    if (!isActive) throw new OrganisationNotActive();
    if (invitedBy !== null && !(await this.roster.isAdministrator(tx, organisationId, invitedBy))) throw new InviterGone();
  }

  private async join(
    { organisationId, mail, mailKey, language, roles }: Readonly<Invitation>,
    newcomer: Newcomer | undefined,
    tx: Tx,
  ): Promise<{ accountId: string; memberId: string }> {
    const known = await this.roster.memberWith(tx, organisationId, mailKey);
    if (known !== undefined) throw new AlreadyMember(known);
    const accountId = await this.accountOf({ mail, mailKey, language }, newcomer, tx);
    return { accountId, memberId: await this.admission.join(accountId, organisationId, tx, roles) };
  }

  /** The account of the invited address, or a new one. */
  private async accountOf(
    { mailKey, ...invited }: Pick<Invitation, 'mail' | 'mailKey' | 'language'>,
    newcomer: Newcomer | undefined,
    tx: Tx,
  ): Promise<string> {
    const account = await this.queries.accountOf(tx, mailKey);
    if (account?.isActive === false) throw new InvitedAccountDisabled();
    if (account) return account.id;
    if (!newcomer) throw new PersonMissing(['name', 'phone', 'password']);
    return this.admission.open({ ...newcomer, ...invited }, tx);
  }
}
