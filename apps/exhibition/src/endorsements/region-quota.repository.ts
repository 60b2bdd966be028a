import { newId } from '@ciep/kernel';
import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ExhibitionConfig } from '../exhibition.config.js';
import { QuotaExhausted } from './endorsement.errors.js';
import { RegionQuota } from './region-quota.entity.js';

/** A region in an edition. */
export interface RegionOfEdition {
  readonly editionId: string;
  readonly regionCode: string;
}

/**
 * The counters of the regions. One statement, which waits for the row, takes or frees a place, so two endorsements cannot take the same
 * last place. Call it after the application is locked and before a booth is.
 */
@Injectable()
export class RegionQuotaRepository extends AggregateRepository<RegionQuota> {
  constructor(
    database: Database,
    private readonly config: ExhibitionConfig,
  ) {
    super(database, RegionQuota);
  }

  /** Takes a place. Throws {@link QuotaExhausted}. */
  async take(region: RegionOfEdition, tx: Tx): Promise<void> {
    if (await this.tryToTake(region, tx)) return;
    const { places } = await this.row(region, tx);
    throw new QuotaExhausted(region.regionCode, places);
  }

  /** Takes a place if one is free. */
  async tryToTake(region: RegionOfEdition, tx: Tx): Promise<boolean> {
    if (await this.count(region, 'taken = taken + 1', 'taken < places', tx)) return true;
    // The row may not have existed, and another transaction may have created it meanwhile, so the second attempt decides.
    await this.ensure(region, tx);
    return this.count(region, 'taken = taken + 1', 'taken < places', tx);
  }

  /** Counts an endorsement by override, which uses none of the region's places. */
  async takeBeyond(region: RegionOfEdition, tx: Tx): Promise<void> {
    await this.ensure(region, tx);
    await this.count(region, 'overridden = overridden + 1', 'true', tx);
  }

  async free(region: RegionOfEdition, kind: 'region' | 'override', tx: Tx): Promise<void> {
    const change = kind === 'region' ? 'taken = taken - 1' : 'overridden = overridden - 1';
    if (!(await this.count(region, change, 'true', tx))) throw new Error(`no places of ${region.regionCode} to free`);
  }

  /** The id of the row, which is created on first use. */
  async idOf(region: RegionOfEdition, tx: Tx): Promise<string> {
    await this.ensure(region, tx);
    return (await this.row(region, tx)).id;
  }

  private async row({ editionId, regionCode }: RegionOfEdition, tx: Tx): Promise<{ id: string; places: number }> {
    const [row] = await tx.query<{ id: string; places: number }[]>(
      'SELECT id, places FROM region_quotas WHERE edition_id = $1 AND region_code = $2',
      [editionId, regionCode],
    );
    if (!row) throw new Error(`no places of ${regionCode}`);
    return row;
  }

  private async count({ editionId, regionCode }: RegionOfEdition, change: string, condition: string, tx: Tx): Promise<boolean> {
    const [, counted] = await tx.query<[unknown[], number]>(
      `UPDATE region_quotas SET ${change}, version = version + 1, updated_at = now() WHERE edition_id = $1 AND region_code = $2 AND ${condition}`,
      [editionId, regionCode],
    );
    return counted === 1;
  }

  /** Version 0 stands for the unchanged default. */
  private async ensure({ editionId, regionCode }: RegionOfEdition, tx: Tx): Promise<void> {
    await tx.query(
      `INSERT INTO region_quotas (id, version, edition_id, region_code, places, taken, overridden) VALUES ($1, 0, $2, $3, $4, 0, 0)
       ON CONFLICT DO NOTHING`,
      [newId(), editionId, regionCode, this.config.placesPerRegion],
    );
  }
}
