import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WaiverEndsInPast, WaiverSpent } from './waiver.errors.js';
import { waiverLife, type WaiverStatus } from './waiver.rules.js';

export interface NewWaiver {
  readonly editionId: string;
  /** The one organisation that may use it; null for whoever has the code. */
  readonly organisationId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly issuedBy: string;
  readonly expiresAt: Date;
}

/** A one-use exception to the application deadline, given by the Shenzhen working group. */
@Entity({ name: 'waivers' })
export class Waiver extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) readonly id!: string;
  @Column({ name: 'version', type: 'int' }) readonly version!: number;
  @Column({ name: 'edition_id', type: 'uuid' }) readonly editionId!: string;
  @Column({ name: 'organisation_id', type: 'uuid', nullable: true }) readonly organisationId!: string | null;
  @Column({ name: 'code', type: 'text' }) readonly code!: string;
  @Column({ name: 'reason', type: 'text' }) readonly reason!: string;
  @Column({ name: 'issued_by', type: 'text' }) readonly issuedBy!: string;
  @Column({ name: 'issued_at', type: 'timestamptz' }) readonly issuedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) readonly expiresAt!: Date;
  @Column({ name: 'status', type: 'text' }) status!: WaiverStatus;
  @Column({ name: 'used_by_application_id', type: 'uuid', nullable: true }) usedByApplicationId!: string | null;
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true }) usedAt!: Date | null;

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
