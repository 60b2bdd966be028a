import { normalMail, type LocalizedText } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Organisation, type Contact } from '../organisations/organisation.entity.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { checkedIdentity, identifierKeyOf, type StatedIdentity } from '../organisations/organisation.rules.js';
import { LinkTerms } from './link-terms.service.js';
import { Registration } from './registration.entity.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

/** A filled-in form, and the network address that it came from. */
export type RegistrationForm = StatedIdentity & {
  readonly name: LocalizedText;
  readonly kind: string;
  readonly contact: Contact;
  readonly address: string;
};

/**
 * Accepts a registration (docs/rules.md#registration). Neither the answer nor, in practice, its timing depends on whether the address or
 * organisation is already registered; only the mail shows it. Throws `OrganisationNotIdentified` and `TooManyTries`.
 */
@Injectable()
export class RegisterOrganisation {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly organisations: OrganisationRepository,
    private readonly queries: RegistrationQueries,
    private readonly terms: LinkTerms,
  ) {}

  async execute({ name, kind, contact, address, ...stated }: RegistrationForm, tx: Tx): Promise<{ id: string; expiresAt: Date }> {
    const identity = checkedIdentity(stated);
    const { creditCode, identifier, country } = identity;
    const mailKey = normalMail(contact.mail);
    const expiresAt = this.terms.expiry();
    await this.terms.countRegistration({ mailKey, address }, tx);
    const claim = { mailKey, creditCode, identifierKey: identifier && identifierKeyOf(identifier), country };
    await this.queries.holdClaim(tx, claim);
    const isTaken = await this.queries.isTaken(tx, claim);
    const { id: organisationId } = await this.organisation(Organisation.register({ name, kind, identity, contact }), isTaken, tx);
    const { mail, name: person, phone, language } = contact;
    const registrant = { mail, name: person, phone, language };
    const registration = isTaken
      ? Registration.repeated(registrant, expiresAt)
      : Registration.open({ ...registrant, organisationId }, expiresAt);
    await this.registrations.in(tx).insert(registration);
    return { id: registration.id, expiresAt };
  }

  /** A taken one is written like any other and rolled back at once, so that the response time reveals nothing. */
  private async organisation(organisation: Organisation, isTaken: boolean, tx: Tx): Promise<Organisation> {
    await tx.query('SAVEPOINT organisation');
    await this.organisations.in(tx).insert(organisation);
    await tx.query(isTaken ? 'ROLLBACK TO SAVEPOINT organisation' : 'RELEASE SAVEPOINT organisation');
    return organisation;
  }
}
