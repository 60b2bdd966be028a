import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Admission } from '../accounts/admission.service.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { AlreadyRegistered, LinkUnknown } from './registration.errors.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

/**
 * The button behind the mailed link was pressed: organisation and account come to life, the person as its administrator
 * (docs/rules.md#registration). Throws `LinkUnknown`, `LinkUsed`, `LinkReplaced`, `LinkExpired`, and `AlreadyRegistered` when
 * another registration of the same address or organisation was faster.
 */
@Injectable()
export class VerifyRegistration {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly organisations: OrganisationRepository,
    private readonly admission: Admission,
    private readonly queries: RegistrationQueries,
    private readonly clock: Clock,
  ) {}

  /** Whether the button would do anything; changes nothing. */
  async check({ id, link }: { id: string; link: number }, tx: Tx): Promise<void> {
    const registration = await this.registrations.in(tx).find(id);
    if (!registration) throw new LinkUnknown();
    registration.checkLink(link, this.clock.now());
  }

  /** `link` is the number that {@link Links.read} found in the code, `passwordHash` of the password that an invited person chose. */
  async execute(
    { id, link, passwordHash }: { id: string; link: number; passwordHash?: string },
    tx: Tx,
  ): Promise<{ organisationId: string; accountId: string }> {
    const now = this.clock.now();
    await this.check({ id, link }, tx);
    const claim = await this.queries.claimOf(tx, id);
    if (!claim) throw new LinkUnknown();
    await this.queries.holdClaim(tx, claim);
    const { organisationId, role, ...person } = await this.registrations
      .in(tx)
      .update(id, locked => locked.verify(link, now, passwordHash));
    if (await this.queries.isTaken(tx, claim)) throw new AlreadyRegistered();
    const { status } = await this.organisations.in(tx).get(organisationId);
    if (status !== 'active') await this.organisations.in(tx).update(organisationId, organisation => organisation.activate(now));
    return { organisationId, accountId: await this.admission.admit(person, organisationId, tx, [role]) };
  }
}
