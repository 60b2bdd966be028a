import type { MemberRole } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MembershipRepository } from '../accounts/membership.repository.js';
import { Logins } from '../oidc/logins.service.js';
import { Roster } from './roster.queries.js';

/** One member of the caller's own organisation. */
export interface OfMember {
  readonly id: string;
  readonly organisationId: string;
  /** The caller's organisation, the only one whose members it may change. */
  readonly own: string;
  readonly version?: number | undefined;
}

/**
 * Gives a member other roles in the organisation; who may do less than before is logged out of it at once (docs/rules.md#members). Throws
 * `NotFound`, `StaleVersion` and `LastAdministrator`.
 */
@Injectable()
export class ChangeMemberRoles {
  constructor(
    private readonly memberships: MembershipRepository,
    private readonly roster: Roster,
    private readonly logins: Logins,
  ) {}

  async execute({ id, organisationId, own, version, roles }: OfMember & { roles: readonly MemberRole[] }, tx: Tx): Promise<void> {
    await this.roster.hold(tx, organisationId, own);
    const isOnlyAdministrator = await this.roster.isOnlyAdministrator(tx, organisationId, id);
    const { accountId, isDemoted } = await this.memberships
      .in(tx)
      .update(id, membership => ({ accountId: membership.accountId, isDemoted: membership.changeRoles(roles, { isOnlyAdministrator }) }), {
        version,
        scope: { organisationId },
      });
    if (isDemoted) await this.logins.endFor(accountId, organisationId, tx);
  }
}
