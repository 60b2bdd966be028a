import type { StaffRole } from '@ciep/contracts';
import type { FieldRefusal } from '@ciep/kernel';
import {
  BeyondOwnRoles,
  notAMember,
  notAPartnerUnit,
  organisationUnknown,
  regionOfAnother,
  regionWithoutUse,
  untilPassed,
} from './role-grant.errors.js';

/** A role that the granting person holds by a grant in force. */
export interface HeldRole {
  readonly role: StaffRole;
  readonly regionCode: string | null;
  readonly validUntil: Date | null;
}

/** The granting person, with the roles in the organisation that the token acts for. */
export interface Granter {
  readonly accountId: string;
  readonly organisationId: string;
  readonly held: readonly HeldRole[];
}

/** Where and what a person grants. */
export interface Wanted {
  readonly role: StaffRole;
  readonly organisationId: string;
  readonly regionCode: string | null;
  readonly until?: Date | undefined;
}

/** The organisation of a grant. */
export interface Place {
  readonly partnerRegion: string | null;
  readonly isMember: boolean;
}

const isAdministrator = ({ held }: Granter): boolean => held.some(({ role }) => role === 'platform_admin');

/** Throws {@link BeyondOwnRoles} for everybody but a platform administrator. */
export function checkAdministrator(granter: Granter): void {
  if (!isAdministrator(granter)) throw new BeyondOwnRoles('administrator');
}

/**
 * Nobody gives away what it does not hold (docs/rules.md#role-grants). A platform administrator grants every role; others a role of their own,
 * in their organisation, within their region, and not for longer than they hold it. Throws {@link BeyondOwnRoles} with the rule.
 */
export function checkGranter(granter: Granter, { role, organisationId, regionCode, until }: Wanted): void {
  if (isAdministrator(granter)) return;
  const held = checkHolder(granter, { role, organisationId });
  if (!held.some(own => own.regionCode === null || own.regionCode === regionCode)) throw new BeyondOwnRoles('own_region');
  const isWithin = ({ validUntil: end }: HeldRole): boolean => end === null || (until !== undefined && until <= end);
  if (!held.some(isWithin)) throw new BeyondOwnRoles('own_end');
}

/** Who may grant a role there may take it away there; the length of the own role does not matter. */
export function checkHolder(granter: Granter, { role, organisationId }: Pick<Wanted, 'role' | 'organisationId'>): readonly HeldRole[] {
  if (isAdministrator(granter)) return granter.held;
  const held = granter.held.filter(own => own.role === role);
  if (held.length === 0) throw new BeyondOwnRoles('role_held');
  if (organisationId !== granter.organisationId) throw new BeyondOwnRoles('own_organisation');
  return held;
}

/** All faults of the data; `place` is undefined if there is no such active organisation. */
export function grantFaults(
  {
    role,
    regionCode,
    from,
    until,
  }: { role: StaffRole; regionCode?: string | undefined; from?: Date | undefined; until?: Date | undefined },
  place: Place | undefined,
  now: Date,
): FieldRefusal[] {
  const isTooEarly = until !== undefined && (until <= now || (from !== undefined && until <= from));
  return [
    ...(isTooEarly ? [untilPassed] : []),
    ...(role !== 'province_partner' && regionCode !== undefined ? [regionWithoutUse] : []),
    ...(place ? placeFaults(role, regionCode, place) : [organisationUnknown]),
  ];
}

function placeFaults(role: StaffRole, regionCode: string | undefined, { partnerRegion, isMember }: Place): FieldRefusal[] {
  if (!isMember) return [notAMember];
  if (role !== 'province_partner') return [];
  if (partnerRegion === null) return [notAPartnerUnit];
  return regionCode === undefined || regionCode === partnerRegion ? [] : [regionOfAnother];
}
