import { seeds } from '@ciep/contracts';
import { normalMail } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Organisation } from '../organisations/organisation.entity.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { checkedIdentity } from '../organisations/organisation.rules.js';
import { Appointments } from '../role-grants/appointments.service.js';
import { AdministratorQueries } from './administrators.queries.js';
import { LinkTerms } from './link-terms.service.js';
import { Registration, type Registrant } from './registration.entity.js';
import { AdministratorExists } from './registration.errors.js';
import { RegistrationRepository } from './registration.repository.js';

/** The operator's input; the credit code of the executor is required until the platform knows it. */
export interface Invited extends Registrant {
  readonly creditCode: string | undefined;
  /** Allows a further administrator. */
  readonly force: boolean;
}

export type Invitation =
  | { readonly kind: 'appointed' }
  | { readonly kind: 'invited'; readonly registrationId: string; readonly link: number; readonly expiresAt: Date };

const executor = { zh: '大会执行单位', en: 'Executor of the conference' };

/**
 * Makes a person platform administrator: an existing account gets the role, anybody else a one-time link to choose a password. Open
 * invitations of others are withdrawn, so that a mistyped address does not stay valid. Throws `AdministratorExists` unless forced, and
 * `OrganisationNotIdentified`.
 */
@Injectable()
export class InviteAdministrator {
  constructor(
    private readonly administrators: AdministratorQueries,
    private readonly appointments: Appointments,
    private readonly organisations: OrganisationRepository,
    private readonly registrations: RegistrationRepository,
    private readonly terms: LinkTerms,
  ) {}

  async execute({ creditCode, force, ...registrant }: Invited, tx: Tx): Promise<Invitation> {
    const mailKey = normalMail(registrant.mail);
    await this.appointments.hold(tx);
    if (!force && (await this.administrators.othersExist(tx, mailKey))) throw new AdministratorExists();
    const membership = await this.administrators.membershipOf(tx, mailKey);
    if (membership !== undefined) {
      await this.appointments.administrator(membership, tx);
      return { kind: 'appointed' };
    }
    const waiting = await this.administrators.invitations(tx);
    const own = waiting.find(invitation => invitation.mailKey === mailKey);
    if (!force)
      for (const { id } of waiting) if (id !== own?.id) await this.registrations.in(tx).remove(id, registration => void registration);
    const expiresAt = this.terms.expiry();
    if (own) {
      const link = await this.registrations.in(tx).update(own.id, registration => {
        registration.renewLink(expiresAt);
        return registration.links;
      });
      return { kind: 'invited', registrationId: own.id, link, expiresAt };
    }
    const organisationId = await this.executor(registrant, creditCode, tx);
    const registration = Registration.invite({ ...registrant, organisationId }, expiresAt);
    await this.registrations.in(tx).insert(registration);
    return { kind: 'invited', registrationId: registration.id, link: registration.links, expiresAt };
  }

  /** The organisation that runs the platform; like every other, it becomes active when its first administrator is verified. */
  private async executor({ mail, name, phone, language }: Registrant, creditCode: string | undefined, tx: Tx): Promise<string> {
    const identity = creditCode === undefined ? undefined : checkedIdentity({ origin: 'mainland', creditCode, regionCode: null });
    const known = await this.administrators.executor(tx, identity?.creditCode ?? null);
    if (known !== undefined) return known;
    const organisation = Organisation.register({
      id: seeds.organizer,
      name: executor,
      kind: 'government_department',
      identity: identity ?? checkedIdentity({ origin: 'mainland', regionCode: null }),
      contact: { mail, name, phone, language },
    });
    await this.organisations.in(tx).insert(organisation);
    return organisation.id;
  }
}
