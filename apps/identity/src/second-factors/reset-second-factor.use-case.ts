import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import { SecondFactorChanges } from './second-factor-changes.service.js';

/**
 * Removes the second factor of a person who has lost it, after staff have made sure who asks (docs/runbook.md#lost-second-factor). Every
 * login of the account ends. Throws `NotFound` and `SecondFactorMissing`.
 */
@Injectable()
export class ResetSecondFactor {
  constructor(
    private readonly changes: SecondFactorChanges,
    private readonly logins: Logins,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    await this.changes.change(accountId, factor => factor.remove(), tx);
    await this.logins.endAll(accountId, tx);
  }
}
