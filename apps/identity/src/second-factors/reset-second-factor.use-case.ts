import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import { RemoveSecondFactor } from './remove-second-factor.use-case.js';

/**
 * Removes the second factor of a person who has lost it, after staff have made sure who asks (docs/runbook.md#lost-second-factor). Every
 * login of the account ends. Throws `NotFound` and `SecondFactorMissing`.
 */
@Injectable()
export class ResetSecondFactor {
  constructor(
    private readonly removal: RemoveSecondFactor,
    private readonly logins: Logins,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    await this.removal.execute(accountId, tx);
    await this.logins.endAll(accountId, tx);
  }
}
