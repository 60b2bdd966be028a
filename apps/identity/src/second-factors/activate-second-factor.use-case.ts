import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactorChanges } from './second-factor-changes.service.js';
import type { ProvenApp } from './second-factor-check.service.js';
import { SecondFactorWrong } from './second-factor.errors.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** A person has proven the app: from now on a login asks for its codes. */
@Injectable()
export class ActivateSecondFactor {
  constructor(
    private readonly changes: SecondFactorChanges,
    private readonly queries: SecondFactorQueries,
  ) {}

  /** Throws `SecondFactorActive`, and `SecondFactorWrong` if the proven secret is not the newest or the code has been used. */
  async execute({ accountId, secrets, step }: ProvenApp & { accountId: string }, tx: Tx): Promise<void> {
    const factor = await this.changes.change(accountId, (known, now) => known.activate(now), tx);
    await this.queries.forgetCodes(factor.id, tx);
    if (factor.secrets !== secrets || !(await this.queries.useStep(factor, step, tx))) throw new SecondFactorWrong();
  }
}
