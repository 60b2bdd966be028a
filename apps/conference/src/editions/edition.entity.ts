import { isDeepStrictEqual } from 'node:util';
import { editionChanged } from '@ciep/contracts';
import { Aggregate, isCalendarDate, type LocalizedText, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlreadyPublished, CodeFixed, CodeReserved, DatesOutOfRange, DemoIsNotCounted, EndsBeforeItStarts } from './edition.errors.js';

/** The description of an edition. */
export interface EditionDetails {
  /** Its ordinal; null for a trial edition, which is not counted. */
  readonly ordinal: number | null;
  /** Short name in URLs: `21`, `demo`. */
  readonly code: string;
  readonly title: LocalizedText;
  readonly theme: LocalizedText;
  /** First and last day of the main period, in China. */
  readonly startsOn: string;
  readonly endsOn: string;
  readonly venues: readonly LocalizedText[];
}

/** Reserved words that appear in URLs in place of a code. */
const reservedCodes = ['current'];

@Entity({ name: 'editions' })
export class Edition extends Aggregate {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column({ type: 'int' })
  readonly version!: number;

  @Column({ type: 'int', nullable: true })
  ordinal!: number | null;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'jsonb' })
  title!: LocalizedText;

  @Column({ type: 'jsonb' })
  theme!: LocalizedText;

  @Column({ type: 'date' })
  startsOn!: string;

  @Column({ type: 'date' })
  endsOn!: string;

  @Column({ type: 'jsonb' })
  venues!: readonly LocalizedText[];

  @Column({ type: 'boolean' })
  published!: boolean;

  @Column({ type: 'boolean' })
  isDemo!: boolean;

  /** A new edition, visible only to the organizer. */
  static plan(details: EditionDetails, { id = newId(), isDemo = false }: { id?: string; isDemo?: boolean } = {}): Edition {
    const edition = Object.assign(new Edition(), { id, version: 1, published: false, isDemo, ...details });
    edition.checkDetails();
    edition.recordChange();
    return edition;
  }

  /** Changes the given fields; publishes an event only if a value differs. */
  change(details: Partial<EditionDetails>): void {
    if (this.published && details.code !== undefined && details.code !== this.code) throw new CodeFixed(this.code);
    const before = structuredClone({ ...this });
    Object.assign(this, details);
    this.checkDetails();
    if (!isDeepStrictEqual(structuredClone({ ...this }), before)) this.recordChange();
  }

  /** Makes it public permanently, because others link to it. */
  publish(): void {
    if (this.published) throw new AlreadyPublished(this.id);
    this.published = true;
    this.recordChange();
  }

  private checkDetails(): void {
    if (!isCalendarDate(this.startsOn) || !isCalendarDate(this.endsOn)) throw new DatesOutOfRange();
    if (this.endsOn < this.startsOn) throw new EndsBeforeItStarts();
    if (reservedCodes.includes(this.code)) throw new CodeReserved(this.code);
    if (this.isDemo && this.ordinal !== null) throw new DemoIsNotCounted();
  }

  private recordChange(): void {
    const { id, ordinal, code, startsOn, endsOn, published } = this;
    this.record(editionChanged({ editionId: id, ordinal, code, startsOn, endsOn, published }));
  }
}
