import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactorMissing } from './second-factor.errors.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** Gives a person new recovery codes; the ones before become invalid. Throws `SecondFactorMissing`. */
@Injectable()
export class RenewRecoveryCodes {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly queries: SecondFactorQueries,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    const factor = await this.queries.held(accountId, tx);
    if (!factor) throw new SecondFactorMissing();
    await this.factors.in(tx).update(factor.id, known => known.renewCodes());
    await this.queries.forgetCodes(factor.id, tx);
  }
}
