import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Admission } from '../accounts/admission.service.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { ChosenPasswords } from '../passwords/chosen-passwords.service.js';
import { AlreadyRegistered, LinkUnknown } from './registration.errors.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

/**
 * Handles the button behind the mailed link: activates organisation and account, with the person as administrator
 * (docs/rules.md#registration). Throws `LinkUnknown`, `LinkUsed`, `LinkReplaced`, `LinkExpired`, and `AlreadyRegistered` if another
 * registration of the same address or organisation was faster.
 */
@Injectable()
export class VerifyRegistration {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly organisations: OrganisationRepository,
    private readonly admission: Admission,
    private readonly queries: RegistrationQueries,
    private readonly chosen: ChosenPasswords,
    private readonly clock: Clock,
  ) {}

  /** Whether the link is valid; changes nothing. */
  async check({ id, link }: { id: string; link: number }, tx: Tx): Promise<void> {
    const registration = await this.registrations.in(tx).find(id);
    if (!registration) throw new LinkUnknown();
    registration.checkLink(link, this.clock.now());
  }

  /**
   * The hash of the password that the holder of a valid link chooses. Hashing is slow: not while locks are held, and for nobody without
   * such a link. Throws as {@link ChosenPasswords}.
   */
  async choose({ password, ...link }: { id: string; link: number; password: string }, tx: Tx): Promise<string> {
    await this.check(link, tx);
    return this.chosen.hash(password, await this.queries.personalWords(link.id, tx));
  }

  /** `link` is the number that {@link Links.read} found in the code, `passwordHash` that of the password which its holder chose. */
  async execute(
    { id, link, passwordHash }: { id: string; link: number; passwordHash: string },
    tx: Tx,
  ): Promise<{ organisationId: string; accountId: string }> {
    // An invalid link need not wait for others who claim the same.
    await this.check({ id, link }, tx);
    const claim = await this.queries.claimOf(tx, id);
    if (!claim) throw new LinkUnknown();
    await this.queries.holdClaim(tx, claim);
    const { organisationId, role, ...person } = await this.registrations
      .in(tx)
      .update(id, (registration, now) => registration.verify(link, now));
    if (await this.queries.isTaken(tx, claim)) throw new AlreadyRegistered();
    await this.organisations.in(tx).update(organisationId, (organisation, now) => organisation.activate(now));
    return { organisationId, accountId: await this.admission.admit({ ...person, passwordHash }, organisationId, tx, [role]) };
  }
}
