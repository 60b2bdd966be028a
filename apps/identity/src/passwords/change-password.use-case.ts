import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OpenRecovery } from './open-recovery.service.js';
import { PasswordRenewal } from './password-renewal.service.js';

/** A person who knows the present password replaces it. */
export interface PasswordChange {
  readonly accountId: string;
  /** The stored hash that the person's present password was checked against. */
  readonly provenHash: string;
  readonly passwordHash: string;
  readonly address: string;
}

/**
 * Replaces the password of a person who has just proven the present one; every login of the account ends, and a mailed link for a forgotten
 * password is worth nothing any more (docs/rules.md#password-change). Throws `PasswordWrong` if another change was faster.
 */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly renewal: PasswordRenewal,
    private readonly recovery: OpenRecovery,
  ) {}

  async execute(change: PasswordChange, tx: Tx): Promise<void> {
    await this.recovery.hold(change.accountId, tx);
    await this.recovery.close(change.accountId, tx);
    await this.renewal.renew(change, tx);
  }
}
