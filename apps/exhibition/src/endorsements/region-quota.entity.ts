import { Aggregate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { QuotaBelowTaken } from './endorsement.errors.js';

/** The places of a region in an edition: how many enterprises it may endorse (docs/rules.md#region-places). */
@Entity({ name: 'region_quotas' })
export class RegionQuota extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) readonly id!: string;
  @Column({ name: 'version', type: 'int' }) readonly version!: number;
  @Column({ name: 'edition_id', type: 'uuid' }) readonly editionId!: string;
  @Column({ name: 'region_code', type: 'text' }) readonly regionCode!: string;
  @Column({ name: 'places', type: 'int' }) places!: number;
  @Column({ name: 'taken', type: 'int' }) readonly taken!: number;
  /** Endorsed by the organizer in place of the region; they stand beside the places. */
  @Column({ name: 'overridden', type: 'int' }) readonly overridden!: number;

  resize(places: number): void {
    if (places < this.taken) throw new QuotaBelowTaken(this.taken);
    this.places = places;
  }
}
