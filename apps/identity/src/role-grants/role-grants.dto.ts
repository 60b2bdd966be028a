import { type Permission, permissions, regionCodes, type Role, roles, type StaffRole, staffRoles } from '@ciep/contracts';
import { Flag, Instant, Int, ListOf, listQuery, Mail, Nested, OneOf, QueryFlag, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { roleGrantStates, type RoleGrantState } from './role-grant.entity.js';

export class RoleGrantDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @OneOf(roleGrantStates, { description: 'a proposed grant waits for a second administrator; an active one counts from its begin on' })
  status!: RoleGrantState;

  @Flag({ description: 'whether tokens carry the role now' })
  isInForce!: boolean;

  @Uuid({ description: 'the account that has the role' })
  accountId!: string;

  @Text({ max: 100, description: "the person's name" })
  accountName!: string;

  @Uuid({ description: 'the organisation that the person acts for with this role' })
  organisationId!: string;

  @OneOf(staffRoles, { description: 'the role' })
  role!: StaffRole;

  @OneOf(regionCodes, { nullable: true, description: 'the region of a province partner; null for other roles' })
  regionCode!: string | null;

  @Instant({ description: 'when it begins' })
  validFrom!: Instant;

  @Instant({ nullable: true, description: 'when it ends; null: it has no end' })
  validUntil!: Instant | null;

  @Text({ max: 500, lines: true, description: 'why it was granted' })
  reason!: string;

  @Uuid({ nullable: true, description: 'the account that granted it; null: an operator or the installation' })
  grantedBy!: string | null;

  @Uuid({ nullable: true, description: 'the account that approved or refused it, if it needed a second person' })
  decidedBy!: string | null;

  @Instant({ nullable: true, description: 'when that was' })
  decidedAt!: Instant | null;

  @Instant({ nullable: true, description: 'since when tokens carry the role; null: they do not yet' })
  startedAt!: Instant | null;

  @Instant({ nullable: true, description: 'when it was refused, taken away or over' })
  endedAt!: Instant | null;

  @Uuid({ nullable: true, description: 'the account that ended it; null: its time, or the membership, was over' })
  endedBy!: string | null;

  @Text({ max: 500, lines: true, nullable: true, description: 'why it ended' })
  endedReason!: string | null;

  @Instant({ description: 'when it was granted or proposed' })
  createdAt!: Instant;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

export class ListRoleGrantsQuery extends listQuery(['createdAt', 'updatedAt']) {
  @Uuid({ optional: true, description: 'grants of one account' })
  accountId?: string;

  @Uuid({ optional: true, description: 'grants in one organisation' })
  organisationId?: string;

  @QueryOneOf(staffRoles, { description: 'roles' })
  role?: StaffRole[];

  @QueryOneOf(roleGrantStates, { description: 'states' })
  status?: RoleGrantState[];

  @QueryFlag({ description: 'whether they have begun and not ended' })
  inForce?: boolean;
}

export class GrantRoleDto {
  @Uuid({ optional: true, description: 'the account of the person; or give `mail`' })
  accountId?: string;

  @Mail({ optional: true, description: "the mail address of the person's account; or give `accountId`" })
  mail?: string;

  @Uuid({ description: 'the organisation; the person must be a member' })
  organisationId!: string;

  @OneOf(staffRoles, { description: 'the role' })
  role!: StaffRole;

  @OneOf(regionCodes, { optional: true, description: "of a province partner: the unit's region, which is also meant if it is missing" })
  regionCode?: string;

  @Instant({ optional: true, description: 'when it begins; at once if missing or past' })
  from?: Instant;

  @Instant({ optional: true, description: 'when it ends; missing: it has no end' })
  until?: Instant;

  @Text({ max: 500, lines: true, description: 'why; stays in the audit trail' })
  reason!: string;
}

export class RoleGrantReasonDto {
  @Text({ max: 500, lines: true, description: 'why; stays in the audit trail' })
  reason!: string;
}

export class AppointPartnerUnitDto {
  @OneOf(regionCodes, { nullable: true, description: 'the region whose partner unit it becomes; null: of none any more' })
  regionCode!: string | null;

  @Text({ max: 500, lines: true, description: 'why; stays in the audit trail' })
  reason!: string;
}

export class ExplainAccessQuery {
  @OneOf(Object.keys(permissions).sort(), { description: 'the permission' })
  permission!: Permission;

  @Uuid({ optional: true, description: 'the account; you if missing. Others need `role_grant:read`' })
  accountId?: string;

  @Uuid({ optional: true, description: 'the organisation it acts for; if missing, that of your token, or the first one of the account' })
  organisationId?: string;
}

export class GivingGrantDto {
  @Uuid({ description: 'id of the grant' })
  id!: string;

  @OneOf(regionCodes, { nullable: true, description: 'its region; null: none' })
  regionCode!: string | null;

  @Instant({ description: 'when it began' })
  validFrom!: Instant;

  @Instant({ nullable: true, description: 'when it ends; null: it has no end' })
  validUntil!: Instant | null;
}

export class GivingRoleDto {
  @OneOf(roles, { description: 'a role with the permission' })
  role!: Role;

  @OneOf(['membership', 'grant', 'client'], { nullable: true, description: 'by what it is held; null: it is not held' })
  heldBy!: 'membership' | 'grant' | 'client' | null;

  @Nested(() => GivingGrantDto, { nullable: true, description: 'the grant in force that gives it; null without one' })
  grant!: GivingGrantDto | null;
}

export class AccessExplanationDto {
  @Text({ max: 100, description: 'the permission' })
  permission!: string;

  @Flag({ description: 'whether it is allowed: a role is held, and for yourself the token covers it' })
  isAllowed!: boolean;

  @Uuid({ nullable: true, description: 'the account; null for a client' })
  accountId!: string | null;

  @Uuid({ nullable: true, description: 'the organisation; null: none' })
  organisationId!: string | null;

  @ListOf(() => GivingRoleDto, { max: 20, description: 'every role that gives the permission' })
  roles!: GivingRoleDto[];

  @Flag({ nullable: true, description: "whether your token's scopes cover it; null for others" })
  isCoveredByScopes!: boolean | null;
}
