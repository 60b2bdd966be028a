import { Int, ListOf, Localized, LocalizedTextDto, Text, Uuid } from '@ciep/platform';

export class RegionQuotaDto {
  @Uuid({ description: 'edition' })
  editionId!: string;

  @Text({ max: 6, description: 'code of the region', example: '210000' })
  regionCode!: string;

  @Localized({ max: 100, description: 'name of the region' })
  regionName!: LocalizedTextDto;

  @Int({ description: 'version, the ETag; 0 while the default has never been touched' })
  version!: number;

  @Int({ description: 'enterprises that the region may endorse' })
  places!: number;

  @Int({ description: 'places that are taken' })
  taken!: number;

  @Int({ description: 'places that are left' })
  left!: number;

  @Int({ description: 'endorsed by the organizer in place of the region, beside the places' })
  overridden!: number;
}

export class RegionQuotasDto {
  @ListOf(() => RegionQuotaDto, { max: 100, description: 'every region, in the order of the codes' })
  items!: RegionQuotaDto[];
}

export class SetPlacesDto {
  @Int({ max: 1_000, description: 'enterprises that the region may endorse; not fewer than are taken' })
  places!: number;
}

export class OverrideEndorsementDto {
  @Text({ max: 1_000, lines: true, description: 'why the organizer endorses in place of the region' })
  reason!: string;
}
