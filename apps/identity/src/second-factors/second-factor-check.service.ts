import { Injectable } from '@nestjs/common';
import { LockOut, type Terms } from '../accounts/lock-out.service.js';
import { IdentityConfig } from '../identity.config.js';
import { Authenticator } from './authenticator.service.js';
import { SecondFactorActive, SecondFactorMissing } from './second-factor.errors.js';
import { SecondFactorQueries, type StoredFactor } from './second-factors.queries.js';

const hour = 3_600;

/** The number of a secret, and the time step of a code that proves it. */
export interface ProvenApp {
  readonly secrets: number;
  readonly step: number;
}

/** Checks the codes of people (docs/rules.md#second-factor). */
@Injectable()
export class SecondFactorCheck {
  private readonly terms: Terms;

  constructor(
    private readonly queries: SecondFactorQueries,
    private readonly authenticator: Authenticator,
    private readonly lockOut: LockOut,
    config: IdentityConfig,
  ) {
    this.terms = { free: config.tries, regainSeconds: hour };
  }

  /**
   * Whether a code of the app, or a recovery code, is correct and was never used; uses it up. The try is counted first, so that parallel
   * guesses cannot exceed the limit. Throws `TooManyTries`.
   */
  async passes(accountId: string, code: string): Promise<boolean> {
    const factor = await this.queries.of(accountId);
    if (factor?.status !== 'active') return false;
    await this.lockOut.admit('second-factor', accountId, this.terms);
    const isRight = (await this.isOfApp(factor, code)) || (await this.isRecovery(factor, code));
    if (isRight) await this.lockOut.forget('second-factor', accountId);
    return isRight;
  }

  /**
   * What a correct code of a proposed app proves; undefined for any other code. Uses nothing up; counts and throws like
   * {@link passes}. Throws also `SecondFactorActive` and `SecondFactorMissing`.
   */
  async proves(accountId: string, code: string): Promise<ProvenApp | undefined> {
    const factor = await this.queries.of(accountId);
    if (factor?.status === 'active') throw new SecondFactorActive();
    if (factor?.status !== 'proposed') throw new SecondFactorMissing();
    await this.lockOut.admit('second-factor', accountId, this.terms);
    const step = await this.authenticator.step(factor, code, factor.lastStep);
    if (step === undefined) return undefined;
    await this.lockOut.forget('second-factor', accountId);
    return { secrets: factor.secrets, step };
  }

  private async isOfApp(factor: StoredFactor, code: string): Promise<boolean> {
    const step = await this.authenticator.step(factor, code, factor.lastStep);
    return step !== undefined && this.queries.useStep(factor, step);
  }

  private async isRecovery(factor: StoredFactor, code: string): Promise<boolean> {
    const number = await this.authenticator.recoveryNumber(factor, code);
    return number !== undefined && this.queries.useCode(factor, number);
  }
}
