import type { Tx, UpdateOptions } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import type { RoleGrant } from './role-grant.entity.js';
import { RoleGrantRepository } from './role-grant.repository.js';

/**
 * Writes role grants, with what follows: when a role begins or ends, the person's logins for that organisation get new tokens
 * (docs/rules.md#role-grants).
 */
@Injectable()
export class RoleChanges {
  constructor(
    private readonly grants: RoleGrantRepository,
    private readonly logins: Logins,
  ) {}

  /**
   * Serializes decisions on roles until this transaction ends. Whether a person may grant, and whether an administrator is the last one,
   * depends on other rows, which must not change in between.
   */
  async hold(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('platform administrator', 0))`);
  }

  async add(grant: RoleGrant, tx: Tx): Promise<void> {
    await this.grants.in(tx).insert(grant);
    if (grant.startedAt !== null) await this.logins.endFor(grant.accountId, grant.organisationId, tx);
  }

  /** Throws `NotFound`, `StaleVersion` and what the change throws. */
  async change(id: string, change: (grant: Readonly<RoleGrant>, now: Date) => void, tx: Tx, options: UpdateOptions = {}): Promise<void> {
    const changed = await this.grants.in(tx).update(
      id,
      (grant, now) => {
        const before = isOn(grant);
        change(grant, now);
        return before === isOn(grant) ? undefined : { accountId: grant.accountId, organisationId: grant.organisationId };
      },
      options,
    );
    if (changed) await this.logins.endFor(changed.accountId, changed.organisationId, tx);
  }
}

const isOn = ({ status, startedAt }: Readonly<RoleGrant>): boolean => status === 'active' && startedAt !== null;
