import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Links } from '../registrations/links.service.js';
import { ByLink, type LinkParts } from '../registrations/password-by-link.service.js';
import { AcceptInvitation } from './accept-invitation.use-case.js';
import { Newcomers, type Entered } from './newcomers.service.js';

/** What the page behind the link of an invitation does. */
@Injectable()
export class InvitationByLink extends ByLink<AcceptInvitation> {
  constructor(
    links: Links,
    database: Database,
    acceptInvitation: AcceptInvitation,
    private readonly newcomers: Newcomers,
  ) {
    super('invitation', acceptInvitation, links, database);
  }

  /** Throws as `Newcomers.prepare` and the use case. */
  async accept({ id, code }: LinkParts, entered: Entered): Promise<void> {
    const link = await this.links.read(this.owner, id, code);
    // Hashing is slow: not while the second transaction holds locks.
    const newcomer = await this.database.transaction(tx => this.newcomers.prepare({ id, link, entered }, tx));
    await this.database.transaction(tx => this.useCase.execute({ id, link, newcomer }, tx));
  }
}
