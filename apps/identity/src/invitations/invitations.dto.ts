import { memberRoles, type MemberRole } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Instant, Int, ListOf, listQuery, Localized, Mail, Nested, OneOf, OneOfList, Phone, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { passwordLength } from '../accounts/password.rules.js';
import { invitationStates, type InvitationState } from './invitation.entity.js';

export class InvitationDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @OneOf(invitationStates, { description: 'pending until it is accepted, revoked or expired' })
  status!: InvitationState;

  @Mail({ description: 'the invited mail address' })
  mail!: string;

  @Text({ max: 100, nullable: true, description: 'what you call the person' })
  name!: string | null;

  @OneOf(languages, { description: 'language of the mail' })
  language!: Language;

  @OneOfList(memberRoles, { description: 'roles that the person gets' })
  roles!: MemberRole[];

  @Uuid({ nullable: true, description: 'the account of the administrator who answers for it; null for a program' })
  invitedBy!: string | null;

  @Instant({ description: 'when the mailed link expires' })
  expiresAt!: Instant;

  @Instant({ nullable: true, description: 'when it was accepted, revoked or expired; null while it is pending' })
  closedAt!: Instant | null;

  @Instant({ description: 'when the person was invited' })
  createdAt!: Instant;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

export class ListInvitationsQuery extends listQuery(['createdAt', 'updatedAt']) {
  @QueryOneOf(invitationStates, { description: 'states' })
  status?: InvitationState[];

  @Text({ max: 100, optional: true, description: 'part of the name or the mail address' })
  q?: string;
}

export class InviteMemberDto {
  @Mail({ description: 'mail address to invite', example: 'colleague@example.org' })
  mail!: string;

  @Text({ max: 100, optional: true, description: "the person's name, as a proposal" })
  name?: string;

  @OneOf(languages, { description: 'language of the mail' })
  language!: Language;

  @OneOfList(memberRoles, { min: 1, description: 'roles that the person gets' })
  roles!: MemberRole[];
}

export class InviteMembersDto {
  @ListOf(() => InviteMemberDto, { min: 1, max: 100, description: 'whom to invite' })
  items!: InviteMemberDto[];
}

export class InvitationProblemDto {
  @Text({ max: 100, description: 'code of the problem, as in the answer to a single invitation' })
  code!: string;

  @Localized({ max: 1_000, description: 'what is wrong' })
  detail!: LocalizedText;

  @Uuid({ nullable: true, description: 'the open invitation of the same address, if that is the problem' })
  invitationId!: string | null;
}

export class InvitationOutcomeDto {
  @Int({ description: 'place in your list, from 0' })
  index!: number;

  @Uuid({ nullable: true, description: 'the invitation; null if there is a problem' })
  id!: string | null;

  @Nested(() => InvitationProblemDto, { nullable: true, description: 'why nobody was invited; null if somebody was' })
  problem!: InvitationProblemDto | null;
}

export class InvitationOutcomesDto {
  @ListOf(() => InvitationOutcomeDto, { max: 100, description: 'one for each item of your list, in its order' })
  items!: InvitationOutcomeDto[];
}

/** What a person without an account says on the page behind the link. */
export class NewcomerDto {
  @Text({ max: 100, description: 'your name' })
  name!: string;

  @Phone({ description: 'telephone number in international form', example: '+86 24 2345 6789' })
  phone!: string;
}

export class AcceptInvitationDto {
  @Text({ max: 100, description: 'the last part of the mailed link' })
  code!: string;

  @Text({ max: 100, optional: true, description: "the person's name; needed for an address without an account, like the next two" })
  name?: string;

  @Phone({ optional: true, description: 'telephone number in international form' })
  phone?: string;

  @Text({ ...passwordLength, optional: true, description: 'the password that the person chooses, 10 to 128 characters' })
  password?: string;
}

export class AcceptedInvitationDto {
  @Uuid({ description: 'the organisation' })
  organisationId!: string;

  @Uuid({ description: 'the account of the person' })
  accountId!: string;

  @Uuid({ description: 'the membership' })
  memberId!: string;
}
