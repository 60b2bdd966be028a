import { type MilestoneKind, milestoneSet } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'milestones' })
export class Milestone extends Aggregate {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column({ type: 'int' })
  readonly version!: number;

  @Column({ type: 'uuid' })
  readonly editionId!: string;

  @Column({ type: 'text' })
  readonly kind!: MilestoneKind;

  /** For a deadline or an end, the first instant that is too late; for a start, the instant itself (docs/rules.md#time). */
  @Column({ type: 'timestamptz' })
  at!: Date;

  /** Sets the date of a milestone. */
  static set({ id = newId(), editionId, kind, at }: { id?: string; editionId: string; kind: MilestoneKind; at: Date }): Milestone {
    const milestone = Object.assign(new Milestone(), { id, version: 1, editionId, kind, at });
    milestone.recordChange();
    return milestone;
  }

  /** Moves it. The event updates other services; the audit trail keeps the old date. */
  move(at: Date): void {
    if (at.getTime() === this.at.getTime()) return;
    this.at = at;
    this.recordChange();
  }

  private recordChange(): void {
    this.record(milestoneSet({ milestoneId: this.id, editionId: this.editionId, kind: this.kind, at: this.at.toISOString() }));
  }
}
