import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { checkAdministrator } from './grant.rules.js';
import { Granters, type Decider } from './granters.service.js';
import { RoleChanges } from './role-changes.service.js';

/**
 * A platform administrator refuses a proposed grant, or withdraws the own proposal (docs/rules.md#four-eyes). Throws `PersonOnly`,
 * `BeyondOwnRoles`, `NotFound`, `StaleVersion` and `WrongState`.
 */
@Injectable()
export class RefuseRoleGrant {
  constructor(
    private readonly changes: RoleChanges,
    private readonly granters: Granters,
  ) {}

  async execute(
    { id, version, reason, decider }: { id: string; version: number; reason: string; decider: Decider },
    tx: Tx,
  ): Promise<void> {
    await this.changes.hold(tx);
    const granter = await this.granters.find(decider, tx);
    await this.changes.change(
      id,
      (grant, now) => {
        checkAdministrator(granter);
        grant.refuse({ by: granter.accountId, reason }, now);
      },
      tx,
      { version },
    );
  }
}
