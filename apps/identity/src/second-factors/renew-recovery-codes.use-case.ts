import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactorChanges } from './second-factor-changes.service.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** Gives a person new recovery codes; the ones before become invalid. Throws `SecondFactorMissing`. */
@Injectable()
export class RenewRecoveryCodes {
  constructor(
    private readonly changes: SecondFactorChanges,
    private readonly queries: SecondFactorQueries,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    const { id } = await this.changes.change(accountId, factor => factor.renewCodes(), tx);
    await this.queries.forgetCodes(id, tx);
  }
}
