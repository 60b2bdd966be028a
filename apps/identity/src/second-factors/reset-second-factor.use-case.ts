import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import { SecondFactorMissing } from './second-factor.errors.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/**
 * Removes the second factor of a person who has lost it, after staff have made sure who asks (docs/runbook.md#lost-second-factor). Every
 * login of the account ends. Throws `NotFound` and `SecondFactorMissing`.
 */
@Injectable()
export class ResetSecondFactor {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly queries: SecondFactorQueries,
    private readonly logins: Logins,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    const factor = await this.queries.held(accountId, tx);
    if (!factor) throw new SecondFactorMissing();
    await this.factors.in(tx).update(factor.id, known => known.remove());
    await this.logins.endAll(accountId, tx);
  }
}
