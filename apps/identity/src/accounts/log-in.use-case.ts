import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import { AccountQueries } from './accounts.queries.js';
import { Passwords } from './passwords.service.js';
import { Tries } from './tries.service.js';

export type LoginOutcome =
  { readonly kind: 'welcome'; readonly accountId: string } | { readonly kind: 'wrong' } | { readonly kind: 'unproven' };

/**
 * Checks mail address and password (docs/rules.md#login). The try is counted before the password is looked at; whether an
 * account exists shows neither in the answer nor in its time. Throws `TooManyTries`.
 */
@Injectable()
export class LogIn {
  constructor(
    private readonly accounts: AccountQueries,
    private readonly passwords: Passwords,
    private readonly tries: Tries,
    private readonly config: IdentityConfig,
  ) {}

  async execute({ mail, password, address }: { mail: string; password: string; address: string }): Promise<LoginOutcome> {
    const normal = mail.trim().toLowerCase();
    await this.tries.count('login-address', address, { tries: this.config.addressTriesPerMinute, seconds: 60 });
    await this.tries.count('login-account', normal, { tries: this.config.triesPerMinute, seconds: 60 });
    const credentials = await this.accounts.credentialsOf(normal);
    if (!(await this.passwords.fits(password, credentials?.passwordHash))) return { kind: 'wrong' };
    if (!credentials?.accountId) return { kind: 'unproven' };
    await this.tries.forget('login-account', normal);
    return { kind: 'welcome', accountId: credentials.accountId };
  }
}
