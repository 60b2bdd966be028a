import { Injectable } from '@nestjs/common';
import { AccountQueries } from './accounts.queries.js';
import { LoginTries } from './login-tries.service.js';
import { Passwords } from './passwords.service.js';

export type LoginOutcome =
  { readonly kind: 'welcome'; readonly accountId: string } | { readonly kind: 'wrong' } | { readonly kind: 'unproven' };

/**
 * Checks mail address and password (docs/rules.md#login). The try is counted before the password is looked at; whether an
 * account exists shows neither in the answer nor in its time. Throws `TooManyTries`, and 503 `service.busy`.
 */
@Injectable()
export class LogIn {
  constructor(
    private readonly accounts: AccountQueries,
    private readonly passwords: Passwords,
    private readonly tries: LoginTries,
  ) {}

  async execute({ mail, password, address }: { mail: string; password: string; address: string }): Promise<LoginOutcome> {
    const normal = mail.trim().toLowerCase();
    await this.tries.count({ mail: normal, address });
    const credentials = await this.accounts.credentialsOf(normal);
    if (!(await this.passwords.fits(password, credentials?.passwordHash))) return { kind: 'wrong' };
    if (!credentials?.accountId) return { kind: 'unproven' };
    await this.tries.succeeded({ mail: normal, address });
    return { kind: 'welcome', accountId: credentials.accountId };
  }
}
