import { regionCodes } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Instant, Localized, Mail, Nested, OneOf, Phone, Text, Uuid } from '@ciep/platform';
import { passwordLength } from '../accounts/password.rules.js';
import { organisationKindCodes } from '../organisations/organisation-kinds.rules.js';

export class IdentifierDto {
  @Text({ printed: true, max: 40, description: 'name of the register, for example LEI, VAT, company register', example: 'LEI' })
  scheme!: string;

  @Text({ max: 80, description: 'the entry in it', example: '5493001KJTIIGC8Y1R12' })
  value!: string;
}

export class RegistrantDto {
  @Text({ max: 100, description: "the contact person's name" })
  name!: string;

  @Phone({ description: 'telephone number in international form', example: '+86 24 2345 6789' })
  phone!: string;

  @Mail({ description: 'mail address; the user name for logging in', example: 'office@example.org' })
  mail!: string;

  @OneOf(languages, { description: 'language of the mails' })
  language!: Language;
}

export class RegisterOrganisationDto {
  @OneOf(['mainland', 'foreign'], {
    description: 'mainland: identified by its unified social credit code; foreign (also Hong Kong, Macao, Taiwan): by another register',
  })
  origin!: 'mainland' | 'foreign';

  @Localized({ printed: true, max: 200, description: 'name of the organisation' })
  name!: LocalizedText;

  @Text({
    max: 18,
    min: 18,
    optional: true,
    description: 'unified social credit code (GB 32100), 18 characters; mainland only',
    example: '91350100M000100Y43',
  })
  creditCode?: string;

  @Nested(() => IdentifierDto, { optional: true, description: 'entry in another register; foreign only' })
  identifier?: IdentifierDto;

  @Text({ max: 2, min: 2, optional: true, pattern: /^[A-Z]{2}$/, description: 'ISO 3166-1 alpha-2; foreign only', example: 'DE' })
  country?: string;

  @OneOf(organisationKindCodes, { description: 'kind of organisation, see /v1/identity/organisation-kinds' })
  kind!: string;

  @OneOf(regionCodes, { nullable: true, description: 'code of the regional unit, see /v1/identity/regions; null where none applies' })
  regionCode!: string | null;

  @Nested(() => RegistrantDto, { description: 'contact person, who becomes the administrator' })
  contact!: RegistrantDto;

  @Text({
    ...passwordLength,
    optional: true,
    description: 'not used: the password is chosen when the mail address is proven. Still accepted from older front ends',
  })
  password?: string;
}

export class RegistrationDto {
  @Uuid({ description: 'id of this registration, to ask for a new link' })
  id!: string;

  @OneOf(['pending_verification'], { description: 'always: whether the address is known already is said in the mail only' })
  status!: 'pending_verification';

  @Instant({ description: 'when the mailed link expires' })
  expiresAt!: Instant;
}

export class ResendLinkDto {
  @Mail({ description: 'mail address given in the registration' })
  mail!: string;
}

export class VerifyRegistrationDto {
  @Text({ max: 100, description: 'the last part of the mailed link' })
  code!: string;

  @Text({ ...passwordLength, description: 'the password that the holder of the mail address chooses, 10 to 128 characters' })
  password!: string;
}

export class VerifiedDto {
  @Uuid({ description: 'the organisation, now active' })
  organisationId!: string;

  @Uuid({ description: 'the account of its administrator' })
  accountId!: string;
}

export class VerificationLetterDto {
  @Mail({ description: 'address to write to' })
  mail!: string;

  @OneOf(languages, { description: 'language of the mail' })
  language!: Language;

  @Text({ max: 2_000, description: 'one-time link' })
  link!: string;

  @OneOf(['registration', 'already_registered', 'password_recovery', 'invitation', 'mail_change', 'mail_taken', 'mail_changed'], {
    description: 'what the mail is about',
  })
  purpose!: string;

  @Instant({ description: 'when the link expires' })
  expiresAt!: Instant;
}
