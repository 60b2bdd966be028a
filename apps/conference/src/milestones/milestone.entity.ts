import { type MilestoneKind, milestoneSet } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'milestones' })
export class Milestone extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' })
  readonly id!: string;

  @Column({ name: 'version', type: 'int' })
  readonly version!: number;

  @Column({ name: 'edition_id', type: 'uuid' })
  readonly editionId!: string;

  @Column({ name: 'kind', type: 'text' })
  readonly kind!: MilestoneKind;

  /** Of a deadline or an end the first instant that is too late, of a start the instant itself (docs/rules.md#time). */
  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  /** Enters a date in the register. */
  static set({ id = newId(), editionId, kind, at }: { id?: string; editionId: string; kind: MilestoneKind; at: Date }): Milestone {
    const milestone = Object.assign(new Milestone(), { id, version: 1, editionId, kind, at });
    milestone.tell();
    return milestone;
  }

  /** Gives it another date; the services that follow it hear of it, the audit trail keeps the old one. */
  move(at: Date): void {
    this.at = at;
    this.tell();
  }

  private tell(): void {
    this.record(milestoneSet({ milestoneId: this.id, editionId: this.editionId, kind: this.kind, at: this.at.toISOString() }));
  }
}
