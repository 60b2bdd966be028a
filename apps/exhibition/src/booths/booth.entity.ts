import type { AreaType, BoothType } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BoothLargerThanItsSides } from './booth.errors.js';

/** Whether the organizer offers a booth. Whether it is taken is not part of the status: it follows from a live allocation. */
export const boothStatuses = ['available', 'blocked'] as const;
export type BoothStatus = (typeof boothStatuses)[number];

/** The organizer's data of a booth. Areas are whole square decimetres, sides whole decimetres. */
export interface BoothPlan {
  readonly number: string;
  readonly type: BoothType;
  readonly areaType: AreaType;
  readonly areaDm2: number;
  /** Width and depth of the surrounding rectangle; both null if not measured. */
  readonly widthDm: number | null;
  readonly depthDm: number | null;
  readonly hall: number;
  readonly floor: number;
}

/** A numbered place on a leaf of the venue tree (docs/rules.md#booth-stock). */
@Entity({ name: 'booths' })
export class Booth extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'uuid' }) readonly nodeId!: string;
  @Column({ type: 'text' }) number!: string;
  @Column({ type: 'text' }) type!: BoothType;
  @Column({ type: 'text' }) areaType!: AreaType;
  @Column({ type: 'int' }) areaDm2!: number;
  @Column({ type: 'int', nullable: true }) widthDm!: number | null;
  @Column({ type: 'int', nullable: true }) depthDm!: number | null;
  @Column({ type: 'int' }) hall!: number;
  @Column({ type: 'int' }) floor!: number;
  @Column({ type: 'text' }) status!: BoothStatus;
  @Column({ type: 'text', nullable: true }) blockedReason!: string | null;
  /** A sample that stands in for the real stock, which the notices do not list. */
  @Column({ type: 'boolean' }) readonly isInvented!: boolean;

  static plan(place: { editionId: string; nodeId: string; isInvented: boolean }, plan: BoothPlan): Booth {
    const booth = new Booth();
    Object.assign(booth, { id: newId(), version: 1, ...place, status: 'available', blockedReason: null });
    booth.replan(plan);
    return booth;
  }

  replan(plan: BoothPlan): void {
    const { areaDm2, widthDm, depthDm } = plan;
    const largest = widthDm === null || depthDm === null ? areaDm2 : widthDm * depthDm;
    if ((widthDm === null) !== (depthDm === null) || areaDm2 > largest) throw new BoothLargerThanItsSides(plan.number);
    Object.assign(this, plan);
  }

  /** Withdraws the booth from the offer; a new reason replaces the old one. */
  block(reason: string): void {
    this.status = 'blocked';
    this.blockedReason = reason;
  }

  unblock(): void {
    this.status = 'available';
    this.blockedReason = null;
  }
}
