import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { checkAdministrator } from './grant.rules.js';
import { Granters, type Decider } from './granters.service.js';
import { RoleChanges } from './role-changes.service.js';

/**
 * A second platform administrator approves a proposed grant (docs/rules.md#four-eyes). Throws `PersonOnly`, `BeyondOwnRoles`,
 * `FourEyesNeeded`, `OwnGrant`, `NotFound`, `StaleVersion` and `WrongState`.
 */
@Injectable()
export class ApproveRoleGrant {
  constructor(
    private readonly changes: RoleChanges,
    private readonly granters: Granters,
  ) {}

  async execute({ id, version, decider }: { id: string; version: number; decider: Decider }, tx: Tx): Promise<void> {
    await this.changes.hold(tx);
    const granter = await this.granters.find(decider, tx);
    await this.changes.change(
      id,
      (grant, now) => {
        checkAdministrator(granter);
        grant.approve(granter.accountId, now);
      },
      tx,
      { version },
    );
  }
}
