import { secondFactorAdded, secondFactorRemoved } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { SecondFactorActive, SecondFactorMissing } from './second-factor.errors.js';

/** How far the second factor of an account is. A proposed one is not asked for yet. */
export const secondFactorStates = ['none', 'proposed', 'active'] as const;
export type SecondFactorState = (typeof secondFactorStates)[number];

/**
 * The authenticator app of an account, and its recovery codes (docs/rules.md#second-factor). Neither the secret of the app nor the codes
 * are stored: both are derived from this row. An account has at most one row.
 */
@Entity({ name: 'second_factors' })
export class SecondFactor extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: SecondFactorState;
  @Column({ type: 'uuid' }) accountId!: string;
  /** Number of proposed secrets; only the newest is valid. */
  @Column({ type: 'int' }) secrets!: number;
  /** Number of sets of recovery codes; only the newest is valid. */
  @Column({ type: 'int' }) codeSets!: number;
  @Column({ type: 'timestamptz', nullable: true }) activatedAt!: Date | null;

  static of(accountId: string): SecondFactor {
    const factor = { id: newId(), version: 1, accountId, status: 'none' as const, secrets: 0, codeSets: 0, activatedAt: null };
    return Object.assign(new SecondFactor(), factor);
  }

  /** Gives a new secret, which counts once a code of it is confirmed. Throws {@link SecondFactorActive}. */
  propose(): void {
    if (this.status === 'active') throw new SecondFactorActive();
    this.status = 'proposed';
    this.secrets += 1;
  }

  /** The person has proven the app. */
  activate(now: Date): void {
    if (this.status === 'active') throw new SecondFactorActive();
    if (this.status !== 'proposed') throw new SecondFactorMissing();
    this.status = 'active';
    this.activatedAt = now;
    this.codeSets += 1;
    this.record(secondFactorAdded({ accountId: this.accountId }));
  }

  /** Gives new recovery codes; the ones before become invalid. */
  renewCodes(): void {
    if (this.status !== 'active') throw new SecondFactorMissing();
    this.codeSets += 1;
  }

  /** The password is enough again. */
  remove(): void {
    if (this.status !== 'active') throw new SecondFactorMissing();
    this.status = 'none';
    this.activatedAt = null;
    this.record(secondFactorRemoved({ accountId: this.accountId }));
  }
}
