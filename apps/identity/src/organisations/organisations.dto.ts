import { regionCodes } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Instant, Int, ListOf, listQuery, Localized, Mail, Nested, OneOf, Phone, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { organisationKindCodes } from './organisation-kinds.rules.js';
import { organisationStates, type OrganisationState } from './organisation.entity.js';

export class RegisterEntryDto {
  @Text({ max: 40, description: 'name of the register' })
  scheme!: string;

  @Text({ max: 80, description: 'the entry in it' })
  value!: string;
}

export class ContactDto {
  @Text({ max: 100, description: "the contact person's name" })
  name!: string;

  @Phone({ description: 'telephone number in international form' })
  phone!: string;

  @Mail({ description: 'mail address, proven at registration' })
  mail!: string;

  @OneOf(languages, { description: 'language of the mails' })
  language!: Language;
}

export class OrganisationDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @OneOf(organisationStates, { description: 'active once its mail address is proven' })
  status!: OrganisationState;

  @OneOf(['mainland', 'foreign'], { description: 'where it comes from' })
  origin!: 'mainland' | 'foreign';

  @OneOf(organisationKindCodes, { description: 'kind of organisation' })
  kind!: string;

  @Localized({ max: 200, description: 'name' })
  name!: LocalizedText;

  @Text({ max: 18, min: 18, nullable: true, description: 'unified social credit code; null for a foreign organisation' })
  creditCode!: string | null;

  @Nested(() => RegisterEntryDto, { nullable: true, description: 'entry in another register; null for a mainland organisation' })
  identifier!: RegisterEntryDto | null;

  @Text({ max: 2, min: 2, description: 'ISO 3166-1 alpha-2' })
  country!: string;

  @OneOf(regionCodes, { nullable: true, description: 'code of its regional unit; null where none applies' })
  regionCode!: string | null;

  @OneOf(regionCodes, { nullable: true, description: 'the region whose partner unit it is; null for everybody else' })
  partnerRegion!: string | null;

  @Nested(() => ContactDto, { description: 'contact person' })
  contact!: ContactDto;

  @Instant({ description: 'when it registered' })
  createdAt!: Instant;

  @Instant({ nullable: true, description: 'when its mail address was proven' })
  activatedAt!: Instant | null;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

export class ListOrganisationsQuery extends listQuery(['createdAt', 'updatedAt', 'nameEn', 'nameZh']) {
  @QueryOneOf(organisationStates, { description: 'states' })
  status?: OrganisationState[];

  @QueryOneOf(['mainland', 'foreign'], { description: 'origins' })
  origin?: string[];

  @QueryOneOf(organisationKindCodes, { description: 'kinds' })
  kind?: string[];

  @QueryOneOf(regionCodes, { description: 'codes of regional units' })
  regionCode?: string[];

  @Text({ max: 100, optional: true, description: 'part of the Chinese or English name or of the credit code' })
  q?: string;
}

export class ChangeContactDto {
  @Text({ max: 100, optional: true, description: "the contact person's name" })
  name?: string;

  @Phone({ optional: true, description: 'telephone number in international form' })
  phone?: string;

  @OneOf(languages, { optional: true, description: 'language of the mails' })
  language?: Language;
}

export class ChangeOrganisationDto {
  @Localized({ printed: true, max: 200, optional: true, description: 'name' })
  name?: LocalizedText;

  @Nested(() => ChangeContactDto, {
    optional: true,
    description: 'contact person; the mail address cannot be changed here, because it must be proven',
  })
  contact?: ChangeContactDto;
}

export class ContactsQuery {
  @Uuid({ optional: true, description: 'contacts of one organisation' })
  organisationId?: string;

  @OneOf(regionCodes, { optional: true, description: 'contacts of the partner units of a region' })
  regionCode?: string;

  @Uuid({ optional: true, description: 'a person with an account' })
  personId?: string;
}

export class ContactAddressDto {
  @Mail({ description: 'address to write to' })
  mail!: string;

  @OneOf(languages, { description: 'language of the mail' })
  language!: Language;

  @Text({ max: 100, description: "the person's name" })
  name!: string;
}

export class ContactsDto {
  @ListOf(() => ContactAddressDto, { max: 200, description: 'the contacts' })
  items!: ContactAddressDto[];
}
