import type { PermissionTable } from '../roles.js';

const exhibitors = ['organisation_admin', 'organisation_member', 'individual'] as const;
const organizers = ['shenzhen_working_group', 'beijing_working_group', 'committee_office'] as const;

/** Permissions of exhibition. SQL restricts them further by region, organisation and undertaken boards. */
export const exhibitionPermissions = {
  /** See the tree of an unpublished edition. */
  'node:read': [...organizers, 'block_lead', 'zone_undertaker', 'platform_admin', 'auditor'],
  /** Change the tree of pavilions, zones and boards. */
  'node:write': ['shenzhen_working_group', 'platform_admin'],
  /** See the booths with their allocations; undertakers see those of their boards. */
  'booth:read': [...organizers, 'zone_undertaker', 'platform_admin', 'auditor'],
  /** Create, change, block and remove booths. */
  'booth:write': ['shenzhen_working_group', 'platform_admin'],

  /** Draft, change, submit and withdraw applications of the caller's organisation. */
  'application:apply': [...exhibitors],
  /** See applications: those of the caller's organisation, region or undertaken boards, or all; the next three decide which. */
  'application:read': [...exhibitors, ...organizers, 'zone_undertaker', 'province_partner', 'auditor'],
  'all_applications:read': [...organizers, 'auditor'],
  'undertaken_application:read': ['zone_undertaker'],
  'regional_application:read': ['province_partner'],
  /** Export the list of applications as a file. */
  'application:export': ['shenzhen_working_group', 'beijing_working_group'],
  /** Return, reject, approve with a booth, swap it, extend the payment deadline, release. */
  'application:decide': ['shenzhen_working_group', 'zone_undertaker'],
  'application_note:read': [...organizers, 'zone_undertaker', 'auditor'],
  'application_note:write': ['shenzhen_working_group', 'beijing_working_group', 'zone_undertaker'],

  /** Endorse applications of the caller's region, and withdraw the endorsement. */
  'endorsement:decide': ['province_partner'],
  /** Endorse in place of a region, without using its places, with a reason. */
  'endorsement:override': ['shenzhen_working_group', 'beijing_working_group'],
  /** See the places of the caller's region. */
  'own_quota:read': ['province_partner'],
  /** See the places of all regions. */
  'quota:read': [...organizers, 'auditor'],
  'quota:write': ['shenzhen_working_group', 'beijing_working_group'],

  /** See the confirmation agreement and its scans: of the caller's organisation, or all. */
  'agreement:read': [...exhibitors, ...organizers],
  /** Upload the stamped scan, log the posted original. */
  'agreement:sign': [...exhibitors],
  /** Verify or refuse the seal, log receipt of the original, which is posted to the executor in Shenzhen. */
  'agreement:verify': ['shenzhen_working_group'],

  'waiver:read': ['shenzhen_working_group', 'auditor'],
  /** Issue and revoke a one-use exception to the application deadline. */
  'waiver:write': ['shenzhen_working_group'],
} as const satisfies PermissionTable;
