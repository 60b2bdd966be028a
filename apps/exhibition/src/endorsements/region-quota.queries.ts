import { regions } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { ExhibitionConfig } from '../exhibition.config.js';
import type { RegionQuotaDto } from './region-quota.dto.js';

type Row = Pick<RegionQuotaDto, 'regionCode' | 'version' | 'places' | 'taken' | 'overridden'>;

@Injectable()
export class RegionQuotaQueries {
  constructor(
    private readonly database: Database,
    private readonly editions: KnownEditions,
    private readonly config: ExhibitionConfig,
  ) {}

  /** All 45 regions in the order of their codes, including those without endorsements. Throws `NotFound` for an unknown edition. */
  async list(editionId: string, reader: Reader = this.database): Promise<RegionQuotaDto[]> {
    await this.editions.mustBeKnown(editionId, reader);
    const rows = await reader.query<Row[]>(
      `SELECT ${select<Row>('region_quotas', ['regionCode', 'version', 'places', 'taken', 'overridden'])} FROM region_quotas WHERE edition_id = $1`,
      [editionId],
    );
    const known = new Map(rows.map(row => [row.regionCode, row]));
    const untouched = { version: 0, places: this.config.placesPerRegion, taken: 0, overridden: 0 };
    return regions.map(({ code, name }) => {
      const { version, places, taken, overridden } = known.get(code) ?? untouched;
      return { editionId, regionCode: code, regionName: name, version, places, taken, left: places - taken, overridden };
    });
  }

  /** The places of one region. Throws `NotFound`. */
  async one(editionId: string, regionCode: string, reader?: Reader): Promise<RegionQuotaDto> {
    const quota = (await this.list(editionId, reader)).find(each => each.regionCode === regionCode);
    if (!quota) throw new NotFound('region', regionCode);
    return quota;
  }
}
