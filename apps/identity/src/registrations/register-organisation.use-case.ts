import type { LocalizedText } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Passwords } from '../accounts/passwords.service.js';
import { Organisation, type Contact } from '../organisations/organisation.entity.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { checkedIdentity, type StatedIdentity } from '../organisations/organisation.rules.js';
import { LinkTerms } from './link-terms.service.js';
import { Registration } from './registration.entity.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

export interface RegisterCommand extends StatedIdentity {
  readonly name: LocalizedText;
  readonly kind: string;
  readonly contact: Contact;
  readonly password: string;
}

/**
 * Takes a registration (docs/rules.md#registration). Whether address or organisation is registered already changes neither the
 * answer nor, to speak of, the time it takes: only the mail tells. Throws `OrganisationNotIdentified` and `TooManyTries`.
 */
@Injectable()
export class RegisterOrganisation {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly organisations: OrganisationRepository,
    private readonly queries: RegistrationQueries,
    private readonly passwords: Passwords,
    private readonly terms: LinkTerms,
  ) {}

  async execute({ password, name, kind, contact, ...stated }: RegisterCommand, tx: Tx): Promise<{ id: string; expiresAt: Date }> {
    const identity = checkedIdentity(stated);
    const mail = contact.mail.toLowerCase();
    const passwordHash = await this.passwords.hash(password);
    const expiresAt = this.terms.expiry();
    const registrant = { mail, name: contact.name, phone: contact.phone, language: contact.language };
    const claim = { mail, ...identity };
    await this.terms.countLink(mail, tx);
    await this.queries.holdClaim(tx, claim);
    if (await this.queries.isTaken(tx, claim)) {
      const repeated = Registration.repeated(registrant, expiresAt);
      await this.registrations.in(tx).insert(repeated);
      return { id: repeated.id, expiresAt };
    }
    const organisation = Organisation.register({ name, kind, identity, contact: { ...contact, mail } });
    const registration = Registration.open({ ...registrant, organisationId: organisation.id, passwordHash }, expiresAt);
    await this.organisations.in(tx).insert(organisation);
    await this.registrations.in(tx).insert(registration);
    return { id: registration.id, expiresAt };
  }
}
