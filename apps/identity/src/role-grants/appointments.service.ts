import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { RoleChanges } from './role-changes.service.js';
import { RoleGrant } from './role-grant.entity.js';
import { RoleGrantQueries } from './role-grants.queries.js';

/** Appoints platform administrators for an operator, who needs no second person (docs/runbook.md#first-administrator). */
@Injectable()
export class Appointments {
  constructor(
    private readonly changes: RoleChanges,
    private readonly queries: RoleGrantQueries,
    private readonly clock: Clock,
  ) {}

  /** Serializes appointments, as {@link RoleChanges.hold}. */
  hold(tx: Tx): Promise<void> {
    return this.changes.hold(tx);
  }

  /** A role without an end; it takes the place of one that is proposed, begins later or has an end. */
  async administrator(member: { accountId: string; organisationId: string }, tx: Tx): Promise<void> {
    const wanted = { ...member, role: 'platform_admin', regionCode: null } as const;
    const open = await this.queries.open(tx, wanted);
    if (open !== undefined) {
      const { isInForce, validUntil } = await this.queries.get(open, tx);
      if (isInForce && validUntil === null) return;
      await this.changes.change(open, (grant, now) => grant.expire('An operator appointed the person', now), tx);
    }
    await this.changes.add(RoleGrant.appoint({ ...wanted, reason: 'Appointed by an operator' }, this.clock.now()), tx);
  }
}
