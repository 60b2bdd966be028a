import { Principal, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { PersonOnly } from '../passwords/password.errors.js';
import { Authenticator } from './authenticator.service.js';
import type { ProposedSecondFactorDto, RecoveryCodesDto, SecondFactorDto } from './second-factor.dto.js';
import { SecondFactorMissing } from './second-factor.errors.js';
import { codesInSet } from './second-factor.rules.js';
import { SecondFactorRoles } from './second-factor-roles.service.js';
import { SecondFactorQueries } from './second-factors.queries.js';

/** The second factor of the caller. Every method throws `PersonOnly` for a program. */
@Injectable()
export class MySecondFactor {
  constructor(
    private readonly queries: SecondFactorQueries,
    private readonly authenticator: Authenticator,
    private readonly roles: SecondFactorRoles,
  ) {}

  personOf({ kind, id }: Principal): string {
    if (kind !== 'user') throw new PersonOnly();
    return id;
  }

  async state(actor: Principal): Promise<SecondFactorDto> {
    const accountId = this.personOf(actor);
    const factor = await this.queries.of(accountId);
    const isActive = factor?.status === 'active';
    return {
      status: factor?.status ?? 'none',
      activatedAt: factor?.activatedAt ?? null,
      recoveryCodesLeft: isActive ? codesInSet - factor.usedCodes : 0,
      isNeeded: this.roles.isNeededFor(await this.queries.rolesOf(accountId)),
    };
  }

  /** The newest secret, for the app. Throws `SecondFactorMissing` unless it waits for its first code. */
  async proposed(actor: Principal, reader: Reader): Promise<ProposedSecondFactorDto> {
    const factor = await this.queries.of(this.personOf(actor), reader);
    if (factor?.status !== 'proposed') throw new SecondFactorMissing();
    return { secret: await this.authenticator.secret(factor), uri: await this.authenticator.uri(factor) };
  }

  /** The newest recovery codes of an active factor. */
  async recoveryCodes(actor: Principal, reader: Reader): Promise<RecoveryCodesDto> {
    const factor = await this.queries.of(this.personOf(actor), reader);
    if (factor?.status !== 'active') throw new SecondFactorMissing();
    return { recoveryCodes: await this.authenticator.recoveryCodes(factor) };
  }
}
