import type { LocalizedText } from '@ciep/kernel';
import { ListOf, LocalizedAnswer, OneOf, Text } from '@ciep/platform';

export class RegionDto {
  @Text({ max: 6, min: 6, description: 'code after GB/T 2260', example: '210000' })
  code!: string;

  @OneOf(['province', 'city'], { description: 'whether a province or a city of its own' })
  level!: 'province' | 'city';

  @LocalizedAnswer({ description: 'name in both languages, or in the one asked for by ?lang=' })
  name!: LocalizedText;
}

export class RegionsDto {
  @ListOf(() => RegionDto, { max: 45, description: 'the 45 regional units, by code' })
  items!: RegionDto[];
}

export class OrganisationKindDto {
  @Text({ max: 60, description: 'code', example: 'innovative_sme' })
  code!: string;

  @LocalizedAnswer({ description: 'name in both languages, or in the one asked for by ?lang=' })
  name!: LocalizedText;
}

export class OrganisationKindsDto {
  @ListOf(() => OrganisationKindDto, { max: 100, description: 'the kinds of organisations' })
  items!: OrganisationKindDto[];
}
