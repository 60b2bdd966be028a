import { memberRoles, type MemberRole } from '@ciep/contracts';
import { Instant, Int, listQuery, Mail, OneOfList, QueryOneOf, Text, Uuid } from '@ciep/platform';

export class MemberDto {
  @Uuid({ description: 'id of the membership' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @Uuid({ description: 'the account of the person' })
  accountId!: string;

  @Text({ max: 100, description: "the person's name" })
  name!: string;

  @Mail({ description: 'mail address; the user name for logging in' })
  mail!: string;

  @OneOfList(memberRoles, { description: 'roles in the organisation; empty for somebody who only has tasks of the platform' })
  roles!: MemberRole[];

  @Instant({ description: 'when the person joined' })
  joinedAt!: Instant;

  @Instant({ description: 'when the membership was last changed' })
  updatedAt!: Instant;
}

export class ListMembersQuery extends listQuery(['joinedAt', 'name', 'updatedAt'], { synchronised: false }) {
  @Text({ max: 100, optional: true, description: 'part of the name or the mail address' })
  q?: string;

  @QueryOneOf(memberRoles, { description: 'roles' })
  role?: MemberRole[];
}

export class ChangeMemberDto {
  @OneOfList(memberRoles, { min: 1, description: 'all roles that the member has in the organisation from now on' })
  roles!: MemberRole[];
}
