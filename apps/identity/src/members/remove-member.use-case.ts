import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MembershipRepository } from '../accounts/membership.repository.js';
import { Logins } from '../oidc/logins.service.js';
import type { OfMember } from './change-member-roles.use-case.js';
import { NotYourself } from './member.errors.js';
import { Roster } from './roster.queries.js';

/** Who removes a member. */
interface Remover {
  readonly accountId: string;
  /** Whether it may remove others. */
  readonly isAdministrator: boolean;
}

/**
 * Ends a membership: an administrator removes somebody, or a member leaves. The person is logged out of the organisation at once
 * (docs/rules.md#members). Throws `NotFound`, `StaleVersion`, `NotYourself`, `LastAdministrator` and `MemberHasTasks`.
 */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly memberships: MembershipRepository,
    private readonly roster: Roster,
    private readonly logins: Logins,
  ) {}

  async execute({ id, organisationId, own, version, by }: OfMember & { by: Remover }, tx: Tx): Promise<void> {
    await this.roster.hold(tx, organisationId, own);
    const isOnlyAdministrator = await this.roster.isOnlyAdministrator(tx, organisationId, id);
    const hasTasks = await this.roster.hasTasks(tx, id);
    let accountId = '';
    await this.memberships.in(tx).remove(
      id,
      membership => {
        ({ accountId } = membership);
        if (!by.isAdministrator && accountId !== by.accountId) throw new NotYourself();
        membership.leave({ isOnlyAdministrator, hasTasks });
      },
      { version, scope: { organisationId } },
    );
    await this.logins.endFor(accountId, organisationId, tx);
  }
}
