import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ActivateSecondFactor } from './activate-second-factor.use-case.js';
import { ProposeSecondFactor } from './propose-second-factor.use-case.js';
import { SecondFactorCheck } from './second-factor-check.service.js';
import { SecondFactorRoles } from './second-factor-roles.service.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** The second step of a login, after the password (docs/rules.md#second-factor). */
@Injectable()
export class SecondStep {
  constructor(
    private readonly queries: SecondFactorQueries,
    private readonly check: SecondFactorCheck,
    private readonly roles: SecondFactorRoles,
    private readonly propose: ProposeSecondFactor,
    private readonly activate: ActivateSecondFactor,
    private readonly database: Database,
  ) {}

  /** Whether the password is not enough for this person. A person who needs an app and has none gets a new secret. */
  async isDue(accountId: string): Promise<boolean> {
    if ((await this.queries.of(accountId))?.status === 'active') return true;
    if (!this.roles.isNeededFor(await this.queries.rolesOf(accountId))) return false;
    await this.database.transaction(tx => this.propose.execute(accountId, tx));
    return true;
  }

  /** Whether a code of the app, or a recovery code, completes the login. Throws `TooManyTries`. */
  passes(accountId: string, code: string): Promise<boolean> {
    return this.check.passes(accountId, code);
  }

  /** Whether the first code of a new app adds it. Throws `TooManyTries` and `SecondFactorMissing`. */
  async adds(accountId: string, code: string): Promise<boolean> {
    const proven = await this.check.proves(accountId, code);
    if (proven) await this.database.transaction(tx => this.activate.execute({ accountId, ...proven }, tx));
    return proven !== undefined;
  }
}
