import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactorChanges } from './second-factor-changes.service.js';

/** Removes the second factor of an account; its person is told by mail. Throws `SecondFactorMissing`. */
@Injectable()
export class RemoveSecondFactor {
  constructor(private readonly changes: SecondFactorChanges) {}

  async execute(accountId: string, tx: Tx): Promise<void> {
    await this.changes.change(accountId, factor => factor.remove(), tx);
  }
}
