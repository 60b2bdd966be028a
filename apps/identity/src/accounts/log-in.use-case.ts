import { normalMail } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import { AccountQueries } from './accounts.queries.js';
import { LoginTries } from './login-tries.service.js';
import { Passwords } from './passwords.service.js';

/** `at` is when the login began, in seconds: a new password ends those that began before. */
export type LoginOutcome = { readonly kind: 'welcome'; readonly accountId: string; readonly at: number } | { readonly kind: 'wrong' };

/**
 * Checks mail address and password (docs/rules.md#login). The try is counted before the password is checked. Neither the answer nor its
 * timing shows whether an account exists. Throws `TooManyTries`, and 503 `service.busy`.
 */
@Injectable()
export class LogIn {
  constructor(
    private readonly accounts: AccountQueries,
    private readonly passwords: Passwords,
    private readonly tries: LoginTries,
    private readonly logins: Logins,
  ) {}

  async execute({ mail, password, address }: { mail: string; password: string; address: string }): Promise<LoginOutcome> {
    const normal = normalMail(mail);
    await this.tries.count({ mail: normal, address });
    const credentials = await this.accounts.credentialsOf(normal);
    const fits = await this.passwords.fits(password, credentials?.passwordHash);
    if (!fits || !credentials) return { kind: 'wrong' };
    const at = await this.logins.begin(credentials.accountId, credentials.passwordHash);
    if (at === undefined) return { kind: 'wrong' };
    await this.tries.succeeded({ mail: normal, address });
    return { kind: 'welcome', accountId: credentials.accountId, at };
  }
}
