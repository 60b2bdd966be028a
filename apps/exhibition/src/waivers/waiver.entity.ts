import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WaiverEndsInPast, WaiverSpent } from './waiver.errors.js';
import { waiverLife, type WaiverStatus } from './waiver.rules.js';

export interface NewWaiver {
  readonly editionId: string;
  /** The only organisation that may use it; null for any holder of the code. */
  readonly organisationId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly issuedBy: string;
  readonly expiresAt: Date;
}

/** A one-use exception to the application deadline, issued by the Shenzhen working group. */
@Entity({ name: 'waivers' })
export class Waiver extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'uuid', nullable: true }) readonly organisationId!: string | null;
  @Column({ type: 'text' }) readonly code!: string;
  @Column({ type: 'text' }) readonly reason!: string;
  @Column({ type: 'text' }) readonly issuedBy!: string;
  @Column({ type: 'timestamptz' }) readonly issuedAt!: Date;
  @Column({ type: 'timestamptz' }) readonly expiresAt!: Date;
  @Column({ type: 'text' }) status!: WaiverStatus;
  @Column({ type: 'uuid', nullable: true }) usedByApplicationId!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) usedAt!: Date | null;

  static issue(waiver: NewWaiver, now: Date): Waiver {
    if (waiver.expiresAt <= now) throw new WaiverEndsInPast();
    const open = { id: newId(), version: 1, ...waiver, issuedAt: now, status: 'open', usedByApplicationId: null, usedAt: null } as const;
    return Object.assign(new Waiver(), open);
  }

  useFor(applicationId: string, now: Date): void {
    if (this.status !== 'open') throw new WaiverSpent(this.status);
    if (now >= this.expiresAt) throw new WaiverSpent('expired');
    this.status = waiverLife.next(this.status, 'use');
    this.usedByApplicationId = applicationId;
    this.usedAt = now;
  }

  revoke(): void {
    this.status = waiverLife.next(this.status, 'revoke');
  }
}
