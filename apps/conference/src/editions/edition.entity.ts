import { editionChanged } from '@ciep/contracts';
import { Aggregate, type LocalizedText, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlreadyPublished, CodeFixed, CodeReserved, DemoIsNotCounted, EndsBeforeItStarts } from './edition.errors.js';

/** What an edition says about itself. */
export interface EditionDetails {
  /** Its number among the editions; null for a trial edition, which is outside the count. */
  readonly ordinal: number | null;
  /** Short name in addresses: `21`, `demo`. */
  readonly code: string;
  readonly title: LocalizedText;
  readonly theme: LocalizedText;
  /** First and last day of the main period, in China. */
  readonly startsOn: string;
  readonly endsOn: string;
  readonly venues: readonly LocalizedText[];
}

/** Words that stand in the place of a code in an address. */
const reservedCodes = ['current'];

@Entity({ name: 'editions' })
export class Edition extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' })
  readonly id!: string;

  @Column({ name: 'version', type: 'int' })
  readonly version!: number;

  @Column({ name: 'ordinal', type: 'int', nullable: true })
  ordinal!: number | null;

  @Column({ name: 'code', type: 'text' })
  code!: string;

  @Column({ name: 'title', type: 'jsonb' })
  title!: LocalizedText;

  @Column({ name: 'theme', type: 'jsonb' })
  theme!: LocalizedText;

  @Column({ name: 'starts_on', type: 'date' })
  startsOn!: string;

  @Column({ name: 'ends_on', type: 'date' })
  endsOn!: string;

  @Column({ name: 'venues', type: 'jsonb' })
  venues!: readonly LocalizedText[];

  @Column({ name: 'published', type: 'boolean' })
  published!: boolean;

  @Column({ name: 'is_demo', type: 'boolean' })
  isDemo!: boolean;

  /** A new edition, which nobody but the organizer sees yet. */
  static plan(details: EditionDetails, { id = newId(), isDemo = false }: { id?: string; isDemo?: boolean } = {}): Edition {
    const edition = Object.assign(new Edition(), { id, version: 1, published: false, isDemo, ...details });
    edition.checkDetails();
    edition.tell();
    return edition;
  }

  /** Changes what is given and leaves the rest. */
  change(details: Partial<EditionDetails>): void {
    if (this.published && details.code !== undefined && details.code !== this.code) throw new CodeFixed(this.code);
    Object.assign(this, details);
    this.checkDetails();
    this.tell();
  }

  /** Makes it public. It stays so: others have linked to it. */
  publish(): void {
    if (this.published) throw new AlreadyPublished(this.id);
    this.published = true;
    this.tell();
  }

  private checkDetails(): void {
    if (this.endsOn < this.startsOn) throw new EndsBeforeItStarts();
    if (reservedCodes.includes(this.code)) throw new CodeReserved(this.code);
    if (this.isDemo && this.ordinal !== null) throw new DemoIsNotCounted();
  }

  private tell(): void {
    const { id, ordinal, code, startsOn, endsOn, published } = this;
    this.record(editionChanged({ editionId: id, ordinal, code, startsOn, endsOn, published }));
  }
}
