import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Links } from '../registrations/links.service.js';
import { PasswordByLink } from '../registrations/password-by-link.service.js';
import { RecoverPassword } from './recover-password.use-case.js';

/** What the page behind the link for a forgotten password does. */
@Injectable()
export class RecoveryByLink extends PasswordByLink {
  constructor(links: Links, database: Database, recoverPassword: RecoverPassword) {
    super('password-recovery', recoverPassword, links, database);
  }
}
