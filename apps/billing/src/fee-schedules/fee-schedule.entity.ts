import { feeSchedulePublished, type BoothType, type FeeUnit } from '@ciep/contracts';
import { Aggregate, newId, type Currency, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BoothTypePricedTwice, FeeScheduleAlreadyPublished } from './fee-schedule.errors.js';

export const feeScheduleStates = ['draft', 'published'] as const;
export type FeeScheduleState = (typeof feeScheduleStates)[number];

/** The net price of one booth type, in fen. */
export interface FeeLine {
  readonly boothType: BoothType;
  readonly unit: FeeUnit;
  readonly amount: number;
}

export interface FeeScheduleContent {
  readonly lines: readonly FeeLine[];
  readonly taxBasisPoints: number;
  /** Days after the due day on which an unpaid booth is still kept. */
  readonly graceDays: number;
  readonly note: LocalizedText | null;
}

/** One version of an edition's booth prices. In force from its start until the next published version starts. */
@Entity({ name: 'fee_schedules' })
export class FeeSchedule extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) editionId!: string;
  @Column({ type: 'text' }) status!: FeeScheduleState;
  @Column({ type: 'timestamptz', nullable: true }) inForceFrom!: Date | null;
  @Column({ type: 'text' }) currency!: Currency;
  @Column({ type: 'int' }) taxBasisPoints!: number;
  @Column({ type: 'int' }) graceDays!: number;
  @Column({ type: 'jsonb' }) lines!: readonly FeeLine[];
  @Column({ type: 'jsonb', nullable: true }) note!: LocalizedText | null;

  static draft(editionId: string, content: FeeScheduleContent): FeeSchedule {
    const schedule = new FeeSchedule();
    schedule.id = newId();
    schedule.version = 1;
    schedule.editionId = editionId;
    schedule.status = 'draft';
    schedule.inForceFrom = null;
    schedule.currency = 'CNY';
    schedule.price(content);
    return schedule;
  }

  revise(content: FeeScheduleContent): void {
    this.mustBeDraft();
    this.price(content);
  }

  publish(inForceFrom: Date): void {
    this.mustBeDraft();
    this.status = 'published';
    this.inForceFrom = inForceFrom;
    this.record(
      feeSchedulePublished({
        feeScheduleId: this.id,
        editionId: this.editionId,
        inForceFrom: inForceFrom.toISOString(),
        currency: this.currency,
        taxBasisPoints: this.taxBasisPoints,
        lines: [...this.lines],
      }),
    );
  }

  private price({ lines, taxBasisPoints, graceDays, note }: FeeScheduleContent): void {
    lines.forEach(({ boothType }, index) => {
      if (lines.findIndex(line => line.boothType === boothType) !== index) throw new BoothTypePricedTwice(boothType, index);
    });
    this.lines = lines;
    this.taxBasisPoints = taxBasisPoints;
    this.graceDays = graceDays;
    this.note = note;
  }

  private mustBeDraft(): void {
    if (this.status !== 'draft') throw new FeeScheduleAlreadyPublished(this.id);
  }
}
