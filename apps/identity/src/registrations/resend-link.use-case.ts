import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkTerms } from './link-terms.service.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

/** Mails a new link for a registration, found by its id or by its mail address; the id stays, the old link dies. */
@Injectable()
export class ResendLink {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly queries: RegistrationQueries,
    private readonly terms: LinkTerms,
  ) {}

  /** By id; throws `NotFound` and `TooManyTries`. */
  async execute(id: string, tx: Tx): Promise<void> {
    const { mail } = await this.registrations.in(tx).get(id);
    await this.terms.countLink(mail, tx);
    const expiresAt = this.terms.expiry();
    await this.registrations.in(tx).update(id, registration => registration.renewLink(expiresAt));
  }

  /** By address; an address that waits for nothing is passed over in silence. Throws `TooManyTries`. */
  async executeFor(address: string, tx: Tx): Promise<void> {
    const mail = address.toLowerCase();
    await this.terms.countLink(mail, tx);
    const id = await this.queries.newestOpen(tx, mail);
    const expiresAt = this.terms.expiry();
    if (id !== undefined) await this.registrations.in(tx).update(id, registration => registration.renewLink(expiresAt));
  }
}
