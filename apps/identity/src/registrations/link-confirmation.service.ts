import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Links } from './links.service.js';
import { PasswordByLink, type LinkParts } from './password-by-link.service.js';
import { ResendLink } from './resend-link.use-case.js';
import { VerifyRegistration } from './verify-registration.use-case.js';

/** What the page behind the link of a registration does. */
@Injectable()
export class LinkConfirmation extends PasswordByLink {
  constructor(
    links: Links,
    database: Database,
    verifyRegistration: VerifyRegistration,
    private readonly resendLink: ResendLink,
  ) {
    super('registration', verifyRegistration, links, database);
  }

  /** Mails a new link to a person who holds an old one. Throws `TooManyTries`. */
  async renew({ id, code }: LinkParts): Promise<void> {
    await this.links.read(this.owner, id, code);
    await this.database.transaction(tx => this.resendLink.execute(id, tx));
  }
}
