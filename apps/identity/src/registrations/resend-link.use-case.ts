import { normalMail } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkTerms } from './link-terms.service.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationQueries } from './registrations.queries.js';

/** Mails a new link for a registration, found by its id or by its mail address; the id stays, the old link becomes invalid. */
@Injectable()
export class ResendLink {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly queries: RegistrationQueries,
    private readonly terms: LinkTerms,
  ) {}

  /** By id, which only the registrant knows; throws `NotFound` and `TooManyTries`. */
  async execute(id: string, tx: Tx): Promise<void> {
    await this.registrations.in(tx).get(id);
    await this.terms.countLink(id, tx);
    await this.renew(id, tx);
  }

  /**
   * By address, which everybody may know: for each registration that waits for its proof and has not had its mails of the hour. Only
   * the job that answers requests calls it, so that its work is not visible.
   */
  async executeFor(address: string, tx: Tx): Promise<void> {
    for (const id of await this.queries.waiting(tx, normalMail(address))) if (await this.terms.admitsLink(id, tx)) await this.renew(id, tx);
  }

  private async renew(id: string, tx: Tx): Promise<void> {
    const expiresAt = this.terms.expiry();
    await this.registrations.in(tx).update(id, registration => registration.renewLink(expiresAt));
  }
}
