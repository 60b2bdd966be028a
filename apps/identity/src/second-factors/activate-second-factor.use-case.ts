import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ProvenApp } from './second-factor-check.service.js';
import { SecondFactorMissing, SecondFactorWrong } from './second-factor.errors.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** A person has proven the app: from now on a login asks for its codes. */
@Injectable()
export class ActivateSecondFactor {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly queries: SecondFactorQueries,
  ) {}

  /** `step` is the time step of the code that proved the newest secret. Throws `SecondFactorActive`, and `SecondFactorWrong` for an older secret. */
  async execute({ accountId, secrets, step }: ProvenApp & { accountId: string }, tx: Tx): Promise<void> {
    const factor = await this.queries.held(accountId, tx);
    if (!factor) throw new SecondFactorMissing();
    if (factor.secrets !== secrets) throw new SecondFactorWrong();
    await this.factors.in(tx).update(factor.id, (known, now) => known.activate(now));
    await this.queries.forgetCodes(factor.id, tx);
    if (!(await this.queries.useStep(factor, step, tx))) throw new SecondFactorWrong();
  }
}
