import { regionCodes, roles, type Role } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Flag, Int, ListOf, Localized, Mail, Nested, OneOf, OneOfList, Phone, Text, TextList, Uuid } from '@ciep/platform';
import { CurrentPasswordDto } from '../passwords/current-password.dto.js';

export class MyAccountDto {
  @Uuid({ description: 'id of the account' })
  id!: string;

  @Text({ max: 100, description: 'name' })
  name!: string;

  @Mail({ description: 'mail address' })
  mail!: string;

  @Text({ max: 40, description: 'telephone number' })
  phone!: string;

  @OneOf(languages, { description: 'preferred language' })
  language!: Language;
}

export class MyOrganisationDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Localized({ max: 200, description: 'name' })
  name!: LocalizedText;

  @Text({ max: 60, description: 'kind of organisation' })
  kind!: string;

  @OneOf(regionCodes, { nullable: true, description: 'code of its regional unit' })
  regionCode!: string | null;
}

export class MeDto {
  @OneOf(['user', 'client', 'service'], { description: 'a person, a system of somebody, or a service of the platform' })
  kind!: 'user' | 'client' | 'service';

  @Text({ max: 200, description: 'account id of a person, client id of a system' })
  id!: string;

  @Text({ max: 200, description: 'the client that the token was given to' })
  clientId!: string;

  @Int({ min: 1, nullable: true, description: 'version of the account, the ETag for changing it; null for a system' })
  version!: number | null;

  @Nested(() => MyAccountDto, { nullable: true, description: 'the person; null for a system' })
  account!: MyAccountDto | null;

  @Nested(() => MyOrganisationDto, { nullable: true, description: 'the organisation this token acts for' })
  organisation!: MyOrganisationDto | null;

  @OneOf(regionCodes, { nullable: true, description: 'the one region this token is bound to; null: none' })
  regionCode!: string | null;

  @OneOfList(roles, { description: 'roles' })
  roles!: readonly Role[];

  @TextList({ max: 100, maxLength: 100, description: 'scopes of the token' })
  scopes!: readonly string[];

  @TextList({ max: 500, maxLength: 100, description: 'what this token may do: what the roles permit, within the scopes' })
  permissions!: readonly string[];
}

/** Nobody belongs to more organisations. */
export const mostOrganisations = 500;

export class MyMembershipDto {
  @Uuid({ description: 'id of the organisation' })
  id!: string;

  @Localized({ max: 200, description: 'name' })
  name!: LocalizedText;

  @Text({ max: 60, description: 'kind of organisation' })
  kind!: string;

  @OneOfList(roles, { description: 'what the person is there' })
  roles!: readonly Role[];

  @Flag({ description: 'whether this token acts for it' })
  isCurrent!: boolean;
}

export class MyMembershipsDto {
  @ListOf(() => MyMembershipDto, {
    max: mostOrganisations,
    description: 'the active organisations that the person belongs to; none for a system',
  })
  items!: MyMembershipDto[];
}

export class ChangeMeDto {
  @Text({ max: 100, optional: true, description: 'your name' })
  name?: string;

  @Phone({ optional: true, description: 'telephone number in international form', example: '+86 24 2345 6789' })
  phone?: string;

  @OneOf(languages, { optional: true, description: 'language of mails, and of pages where the browser wants none' })
  language?: Language;
}

export class CloseAccountDto extends CurrentPasswordDto {}
