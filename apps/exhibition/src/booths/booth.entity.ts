import type { AreaType, BoothType } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BoothLargerThanItsSides } from './booth.errors.js';

/** Whether the organizer offers a booth. Whether it is taken is not a state of the booth: a live allocation says so. */
export const boothStatuses = ['available', 'blocked'] as const;
export type BoothStatus = (typeof boothStatuses)[number];

/** What the organizer decides about a booth. Areas are whole square decimetres, sides whole decimetres. */
export interface BoothPlan {
  readonly number: string;
  readonly type: BoothType;
  readonly areaType: AreaType;
  readonly areaDm2: number;
  /** Width and depth of the surrounding rectangle; both null when they are not measured. */
  readonly widthDm: number | null;
  readonly depthDm: number | null;
  readonly hall: number;
  readonly floor: number;
}

/** A numbered place on a leaf of the venue tree (docs/rules.md#booth-stock). */
@Entity({ name: 'booths' })
export class Booth extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) readonly id!: string;
  @Column({ name: 'version', type: 'int' }) readonly version!: number;
  @Column({ name: 'edition_id', type: 'uuid' }) readonly editionId!: string;
  @Column({ name: 'node_id', type: 'uuid' }) readonly nodeId!: string;
  @Column({ name: 'number', type: 'text' }) number!: string;
  @Column({ name: 'type', type: 'text' }) type!: BoothType;
  @Column({ name: 'area_type', type: 'text' }) areaType!: AreaType;
  @Column({ name: 'area_dm2', type: 'int' }) areaDm2!: number;
  @Column({ name: 'width_dm', type: 'int', nullable: true }) widthDm!: number | null;
  @Column({ name: 'depth_dm', type: 'int', nullable: true }) depthDm!: number | null;
  @Column({ name: 'hall', type: 'int' }) hall!: number;
  @Column({ name: 'floor', type: 'int' }) floor!: number;
  @Column({ name: 'status', type: 'text' }) status!: BoothStatus;
  @Column({ name: 'blocked_reason', type: 'text', nullable: true }) blockedReason!: string | null;
  /** Sample stock that stands for the real one, which the notices do not list. */
  @Column({ name: 'is_invented', type: 'boolean' }) readonly isInvented!: boolean;

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

  /** Takes the booth out of the offer; a new reason replaces the old one. */
  block(reason: string): void {
    this.status = 'blocked';
    this.blockedReason = reason;
  }

  unblock(): void {
    this.status = 'available';
    this.blockedReason = null;
  }
}
