import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ChosenPasswords } from '../passwords/chosen-passwords.service.js';
import { AcceptInvitation, type Newcomer } from './accept-invitation.use-case.js';
import { PersonMissing } from './invitation.errors.js';
import { InvitationQueries } from './invitations.queries.js';

/** What the holder of a link entered; nothing is needed where the address has an account. */
export interface Entered {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly password?: string | undefined;
}

/** The holders of invitations who have no account yet. */
@Injectable()
export class Newcomers {
  constructor(
    private readonly acceptInvitation: AcceptInvitation,
    private readonly queries: InvitationQueries,
    private readonly chosen: ChosenPasswords,
  ) {}

  /**
   * The data of the new account; undefined if the invited address has one. Hashing is slow: not while locks are held, and for nobody
   * without a valid link. Throws as `AcceptInvitation.check` and as {@link ChosenPasswords}, and `PersonMissing`.
   */
  async prepare({ id, link, entered }: { id: string; link: number; entered: Entered }, tx: Tx): Promise<Newcomer | undefined> {
    const { mailKey, name: invitedName } = await this.acceptInvitation.check({ id, link }, tx);
    if (await this.queries.accountOf(tx, mailKey)) return undefined;
    const { name = invitedName ?? undefined, phone, password } = entered;
    if (name === undefined || phone === undefined || password === undefined)
      throw new PersonMissing(Object.entries({ name, phone, password }).flatMap(([field, value]) => (value === undefined ? [field] : [])));
    return { name, phone, passwordHash: await this.chosen.hash(password, await this.queries.personalWords(id, name, tx)) };
  }
}
