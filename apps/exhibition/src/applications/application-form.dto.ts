import { areaTypes, boothTypeNames, boothTypes, type AreaType, type BoothType } from '@ciep/contracts';
import { Int, ListOf, Localized, LocalizedTextDto, Mail, Nested, OneOf, Phone, Text, Uuid } from '@ciep/platform';
import { named } from '../reference/reference.rules.js';
import type { ApplicationForm } from './application.entity.js';
import { exhibitorKinds, exhibitTypes, type ExhibitorKind, type ExhibitType } from './application.rules.js';

export class ExhibitDto {
  @Text({ max: 200, description: 'what it is called' })
  name!: string;

  @Text({ max: 2_000, lines: true, description: 'what it is and does' })
  description!: string;

  @OneOf(exhibitTypes, { description: 'technology (技术), achievement (成果) or product (产品)' })
  type!: ExhibitType;
}

export class ContactDto {
  @Text({ printed: true, max: 100, description: 'name of the contact person' })
  name!: string;

  @Phone({ description: 'telephone with country code', example: '+86 755 5550 0100' })
  phone!: string;

  @Mail({ description: 'mail address' })
  mail!: string;
}

const left = { optional: true, nullable: true } as const;

/** A missing field stays unchanged (empty in a new draft); `null` clears it. */
export class ApplicationFieldsDto {
  @OneOf(areaTypes, { ...left, description: 'government (政府区域) or enterprise (企业区域) on a regional board, general elsewhere' })
  areaType?: AreaType | null;

  @Text({
    ...left,
    max: 6,
    min: 6,
    pattern: /^\d{6}$/,
    description: 'code of the region (GB/T 2260), on a regional board only',
    example: '210000',
  })
  regionCode?: string | null;

  @OneOf(exhibitorKinds, { ...left, description: 'kind of exhibitor; a person or a team may exhibit, too' })
  exhibitorKind?: ExhibitorKind | null;

  @Localized({ ...left, printed: true, max: 100, description: 'name on the fascia of the booth (楣板名称)' })
  fasciaName?: LocalizedTextDto | null;

  @ListOf(() => ExhibitDto, { optional: true, max: 50, description: 'what will be shown; at least one to submit' })
  exhibits?: ExhibitDto[];

  @Nested(() => ContactDto, { ...left, description: 'whom to ask; never public' })
  contact?: ContactDto | null;

  @OneOf(boothTypes, { ...left, description: `wished type of booth: ${named(boothTypeNames)}` })
  wishedBoothType?: BoothType | null;

  @Int({ ...left, min: 100, max: 1_000_000, description: 'wished area in square decimetres (900 = 9 m²)' })
  wishedAreaDm2?: number | null;

  @Text({ ...left, max: 100, description: 'reference in your own system, unique within your organisation' })
  externalRef?: string | null;
}

export class DraftApplicationDto extends ApplicationFieldsDto {
  @Uuid({ description: 'edition of the conference' })
  editionId!: string;

  @Uuid({ description: 'board: a leaf of the venue tree' })
  boardId!: string;
}

export class EditApplicationDto extends ApplicationFieldsDto {
  @Uuid({ optional: true, description: 'another board of the same edition' })
  boardId?: string;
}

/** The sent fields in stored form. */
export function fieldsOf({ fasciaName, ...fields }: ApplicationFieldsDto & { boardId?: string }): Partial<ApplicationForm> {
  const sent = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<ApplicationForm>;
  return fasciaName === undefined ? sent : { ...sent, fasciaZh: fasciaName?.zh ?? null, fasciaEn: fasciaName?.en ?? null };
}

/** A form with only the board filled in. */
export const emptyForm = (boardId: string): ApplicationForm => ({
  boardId,
  externalRef: null,
  areaType: null,
  regionCode: null,
  exhibitorKind: null,
  fasciaZh: null,
  fasciaEn: null,
  exhibits: [],
  contact: null,
  wishedBoothType: null,
  wishedAreaDm2: null,
});
