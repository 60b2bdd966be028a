import { regionCodes, roles, type Role } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Flag, ListOf, Localized, Mail, Nested, OneOf, OneOfList, Text, TextList, Uuid } from '@ciep/platform';

export class MyAccountDto {
  @Uuid({ description: 'id of the account' })
  id!: string;

  @Text({ max: 100, description: 'name' })
  name!: string;

  @Mail({ description: 'mail address' })
  mail!: string;

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
