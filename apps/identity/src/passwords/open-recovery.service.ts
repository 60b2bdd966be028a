import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';
import { PasswordRecoveryRepository } from './password-recovery.repository.js';

/** The mailed link for a forgotten password of an account. */
@Injectable()
export class OpenRecovery {
  constructor(
    private readonly recoveries: PasswordRecoveryRepository,
    private readonly queries: PasswordRecoveryQueries,
  ) {}

  /** Locks the account until this transaction ends, before anything else of it (`PasswordRecoveryQueries.holdAccount`). */
  hold(accountId: string, tx: Tx): Promise<void> {
    return this.queries.holdAccount(tx, accountId);
  }

  /** The link is worth nothing any more. */
  async close(accountId: string, tx: Tx): Promise<void> {
    const id = await this.queries.recoveryOf(tx, accountId);
    if (id !== undefined) await this.recoveries.in(tx).update(id, recovery => recovery.close());
  }
}
