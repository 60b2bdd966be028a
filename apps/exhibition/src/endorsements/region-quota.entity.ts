import { Aggregate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { QuotaBelowTaken } from './endorsement.errors.js';

/** The places of a region in an edition, which limit its endorsements (docs/rules.md#region-places). */
@Entity({ name: 'region_quotas' })
export class RegionQuota extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'text' }) readonly regionCode!: string;
  @Column({ type: 'int' }) places!: number;
  @Column({ type: 'int' }) readonly taken!: number;
  /** Endorsed by the organizer instead of the region; not counted against the places. */
  @Column({ type: 'int' }) readonly overridden!: number;

  resize(places: number): void {
    if (places < this.taken) throw new QuotaBelowTaken(this.taken);
    this.places = places;
  }
}
