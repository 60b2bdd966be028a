import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { checkHolder } from './grant.rules.js';
import { Granters, type Decider } from './granters.service.js';
import { RoleChanges } from './role-changes.service.js';
import { LastPlatformAdministrator } from './role-grant.errors.js';
import { RoleGrantQueries } from './role-grants.queries.js';

/**
 * Takes a role away; the person's tokens with it are refused from the next call on (docs/rules.md#role-grants). Throws `PersonOnly`,
 * `BeyondOwnRoles`, `LastPlatformAdministrator`, `NotFound`, `StaleVersion` and `WrongState`.
 */
@Injectable()
export class RevokeRoleGrant {
  constructor(
    private readonly changes: RoleChanges,
    private readonly granters: Granters,
    private readonly queries: RoleGrantQueries,
  ) {}

  async execute(
    { id, version, reason, decider }: { id: string; version: number; reason: string; decider: Decider },
    tx: Tx,
  ): Promise<void> {
    // Without it, two administrators who revoke each other at once would both find another one.
    await this.changes.hold(tx);
    const granter = await this.granters.find(decider, tx);
    const isLast = !(await this.queries.otherAdministrators(tx, id));
    await this.changes.change(
      id,
      (grant, now) => {
        checkHolder(granter, grant);
        const { role, status } = grant;
        if (role === 'platform_admin' && status === 'active' && isLast) throw new LastPlatformAdministrator();
        grant.revoke({ by: granter.accountId, reason }, now);
      },
      tx,
      { version },
    );
  }
}
