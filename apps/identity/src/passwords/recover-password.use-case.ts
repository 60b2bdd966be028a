import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkUnknown } from '../registrations/registration.errors.js';
import { ChosenPasswords } from './chosen-passwords.service.js';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';
import { PasswordRecoveryRepository } from './password-recovery.repository.js';
import { PasswordRenewal } from './password-renewal.service.js';

/**
 * Handles the button behind the link for a forgotten password: the account gets the new one, and every login of it ends
 * (docs/rules.md#password-recovery). Throws `LinkUnknown`, `LinkUsed`, `LinkReplaced` and `LinkExpired`.
 */
@Injectable()
export class RecoverPassword {
  constructor(
    private readonly recoveries: PasswordRecoveryRepository,
    private readonly queries: PasswordRecoveryQueries,
    private readonly chosen: ChosenPasswords,
    private readonly renewal: PasswordRenewal,
    private readonly clock: Clock,
  ) {}

  /** Whether the link is valid, and of which account it is; changes nothing. */
  async check({ id, link }: { id: string; link: number }, tx: Tx): Promise<string> {
    const recovery = await this.recoveries.in(tx).find(id);
    if (!recovery) throw new LinkUnknown();
    recovery.checkLink(link, this.clock.now());
    return recovery.accountId;
  }

  /**
   * The hash of the password that the holder of a valid link chooses. Hashing is slow: not while locks are held, and for nobody without
   * such a link. Throws as {@link ChosenPasswords}.
   */
  async choose({ password, ...link }: { id: string; link: number; password: string }, tx: Tx): Promise<string> {
    await this.check(link, tx);
    return this.chosen.hash(password, await this.queries.ofRecovery(link.id, tx));
  }

  /** `link` is the number that {@link Links.read} found in the code, `address` the network of the person. */
  async execute(
    { id, link, passwordHash, address }: { id: string; link: number; passwordHash: string; address: string },
    tx: Tx,
  ): Promise<void> {
    const accountId = await this.check({ id, link }, tx);
    await this.queries.holdAccount(tx, accountId);
    await this.recoveries.in(tx).update(id, (recovery, now) => recovery.use(link, now));
    await this.renewal.renew({ accountId, passwordHash, address }, tx);
  }
}
