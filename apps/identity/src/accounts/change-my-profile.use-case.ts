import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ProfileChange } from './account.entity.js';
import { AccountRepository } from './account.repository.js';

/** A person changes name, telephone number or language of the own account. */
@Injectable()
export class ChangeMyProfile {
  constructor(private readonly accounts: AccountRepository) {}

  execute({ accountId, version, ...change }: ProfileChange & { accountId: string; version: number }, tx: Tx): Promise<void> {
    return this.accounts.in(tx).update(accountId, account => account.changeProfile(change), { version, scope: { status: 'active' } });
  }
}
