import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkTerms } from '../registrations/link-terms.service.js';
import { LinkUnknown } from '../registrations/registration.errors.js';
import { holdAddress } from '../registrations/registrations.queries.js';
import type { MailChange } from './mail-change.entity.js';
import { MailTaken } from './mail-change.errors.js';
import { MailChangeRepository } from './mail-change.repository.js';
import { MailChangeQueries } from './mail-changes.queries.js';
import { MailRenewal } from './mail-renewal.service.js';

interface UsedLink {
  readonly id: string;
  /** The number that {@link Links.read} found in the code. */
  readonly link: number;
}

/**
 * Handles the button behind the link: the account has the new address, every other login of it ends, and both addresses are told
 * (docs/rules.md#mail-change). Throws `LinkUnknown`, `LinkUsed`, `LinkReplaced`, `LinkExpired`, `MailChangeWithdrawn`, and `MailTaken` if
 * another account was faster.
 */
@Injectable()
export class ConfirmMailChange {
  constructor(
    private readonly changes: MailChangeRepository,
    private readonly queries: MailChangeQueries,
    private readonly renewal: MailRenewal,
    private readonly terms: LinkTerms,
    private readonly clock: Clock,
  ) {}

  /** Whether the link is valid; changes nothing. */
  async check({ id, link }: UsedLink, tx: Tx): Promise<Readonly<MailChange>> {
    const change = await this.changes.in(tx).find(id);
    if (!change || link !== 1) throw new LinkUnknown();
    change.checkLink(this.clock.now());
    return change;
  }

  /** `address` is the network of the person. */
  async execute({ address, ...used }: UsedLink & { address: string }, tx: Tx): Promise<void> {
    const { id, accountId, mail, mailKey, noticeId, askedBy } = await this.check(used, tx);
    // As registrations do, so that of all who claim an address at once one gets it.
    await holdAddress(tx, mailKey);
    const previous = await this.queries.holdAccount(tx, accountId);
    // A closed account has no open change; a disabled one may not change.
    if (previous === undefined) throw new LinkUnknown();
    await this.changes.in(tx).update(id, (change, now) => change.use(previous, now, this.terms.expiry()));
    if (await this.queries.isTaken(tx, mailKey)) throw new MailTaken();
    await this.renewal.renew({ accountId, mail, mailKeys: [mailKey, previous], noticeId, askedBy, address }, tx);
  }
}
