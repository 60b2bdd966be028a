import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { SecondFactor } from './second-factor.entity.js';
import { SecondFactorMissing } from './second-factor.errors.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorQueries, type StoredFactor } from './second-factors.queries.js';

/** Changes the second factor of an account, while nothing else changes what its logins need. */
@Injectable()
export class SecondFactorChanges {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly queries: SecondFactorQueries,
  ) {}

  /** Returns the factor as it was. Throws `NotFound` for an account that is not active, `SecondFactorMissing`, and what the change throws. */
  async change(accountId: string, change: (factor: Readonly<SecondFactor>, now: Date) => void, tx: Tx): Promise<StoredFactor> {
    const factor = await this.queries.held(accountId, tx);
    if (!factor) throw new SecondFactorMissing();
    await this.factors.in(tx).update(factor.id, (known, now) => change(known, now));
    return factor;
  }
}
