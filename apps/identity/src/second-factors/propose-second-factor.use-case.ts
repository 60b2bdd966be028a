import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactor } from './second-factor.entity.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** Gives a person a secret for an authenticator app; earlier ones that were not confirmed become invalid. Throws `SecondFactorActive`. */
@Injectable()
export class ProposeSecondFactor {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly queries: SecondFactorQueries,
  ) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    const known = await this.queries.held(accountId, tx);
    const id = known?.id ?? (await this.add(accountId, tx));
    await this.factors.in(tx).update(id, factor => factor.propose());
    await this.queries.forgetSteps(id, tx);
  }

  private async add(accountId: string, tx: Tx): Promise<string> {
    const factor = SecondFactor.of(accountId);
    await this.factors.in(tx).insert(factor);
    return factor.id;
  }
}
