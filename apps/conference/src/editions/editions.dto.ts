import type { LocalizedText } from '@ciep/kernel';
import { CalendarDate, Flag, Instant, Int, ListOf, listQuery, Localized, LocalizedTextDto, QueryFlag, Text, Uuid } from '@ciep/platform';

const codePattern = /^[a-z0-9](-?[a-z0-9])*$/;
const meaning = {
  ordinal: 'number among the editions (第几届); null for a trial edition outside the count',
  code: 'short name in addresses, such as `21`; lower-case letters, digits and single hyphens',
  title: 'name of the edition',
  theme: 'theme (主题)',
  startsOn: 'first day of the main period, in China',
  endsOn: 'last day of the main period, in China',
  venues: 'places where it is held',
};

export class CreateEditionDto {
  @Int({ min: 1, max: 999, nullable: true, description: meaning.ordinal, example: 22 })
  ordinal!: number | null;

  @Text({ max: 20, pattern: codePattern, description: meaning.code, example: '22' })
  code!: string;

  @Localized({ max: 200, description: meaning.title })
  title!: LocalizedTextDto;

  @Localized({ max: 500, description: meaning.theme })
  theme!: LocalizedTextDto;

  @CalendarDate({ description: meaning.startsOn })
  startsOn!: string;

  @CalendarDate({ description: meaning.endsOn })
  endsOn!: string;

  @ListOf(() => LocalizedTextDto, { max: 20, description: meaning.venues })
  venues!: LocalizedTextDto[];
}

export class ChangeEditionDto {
  @Int({ min: 1, max: 999, optional: true, nullable: true, description: meaning.ordinal })
  ordinal?: number | null;

  @Text({ max: 20, pattern: codePattern, optional: true, description: `${meaning.code}; fixed once the edition is published` })
  code?: string;

  @Localized({ max: 200, optional: true, description: meaning.title })
  title?: LocalizedTextDto;

  @Localized({ max: 500, optional: true, description: meaning.theme })
  theme?: LocalizedTextDto;

  @CalendarDate({ optional: true, description: meaning.startsOn })
  startsOn?: string;

  @CalendarDate({ optional: true, description: meaning.endsOn })
  endsOn?: string;

  @ListOf(() => LocalizedTextDto, { max: 20, optional: true, description: meaning.venues })
  venues?: LocalizedTextDto[];
}

export class CloneEditionDto {
  @Int({ min: 1, max: 999, nullable: true, description: meaning.ordinal, example: 22 })
  ordinal!: number | null;

  @Text({ max: 20, pattern: codePattern, description: meaning.code, example: '22' })
  code!: string;

  @CalendarDate({ description: `${meaning.startsOn}; last day and milestones keep their distance from it` })
  startsOn!: string;

  @Localized({ max: 200, optional: true, description: `${meaning.title}; that of the source if left out` })
  title?: LocalizedTextDto;

  @Localized({ max: 500, optional: true, description: `${meaning.theme}; that of the source if left out` })
  theme?: LocalizedTextDto;

  @ListOf(() => LocalizedTextDto, { max: 20, optional: true, description: `${meaning.venues}; those of the source if left out` })
  venues?: LocalizedTextDto[];
}

export class EditionDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'version, for `If-Match`' })
  version!: number;

  @Int({ min: 1, max: 999, nullable: true, description: meaning.ordinal })
  ordinal!: number | null;

  @Text({ max: 20, description: meaning.code })
  code!: string;

  @Localized({ max: 200, description: meaning.title })
  title!: LocalizedText;

  @Localized({ max: 500, description: meaning.theme })
  theme!: LocalizedText;

  @CalendarDate({ description: meaning.startsOn })
  startsOn!: string;

  @CalendarDate({ description: meaning.endsOn })
  endsOn!: string;

  @ListOf(() => LocalizedTextDto, { max: 20, description: meaning.venues })
  venues!: LocalizedText[];

  @Flag({ description: 'whether everybody can see it' })
  published!: boolean;

  @Flag({ description: 'whether it is the demo edition, whose dates always lie ahead' })
  isDemo!: boolean;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Instant;
}

export class EditionListQuery extends listQuery(['startsOn', 'code', 'updatedAt']) {
  @Text({ max: 100, optional: true, description: 'part of the title or theme, in either language' })
  q?: string;
}

export class ManagedEditionListQuery extends EditionListQuery {
  @QueryFlag({ description: 'only published (true) or unpublished (false) editions' })
  published?: boolean;
}
