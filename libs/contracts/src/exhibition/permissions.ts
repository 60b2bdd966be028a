import type { PermissionTable } from '../roles.js';

const exhibitors = ['organisation_admin', 'organisation_member', 'individual'] as const;
const organizers = ['shenzhen_working_group', 'beijing_working_group', 'committee_office'] as const;

/** Who may do what in exhibition. Region, organisation and undertaken boards narrow it further, in SQL. */
export const exhibitionPermissions = {
  /** See the tree of an edition that is not published yet. */
  'node:read': [...organizers, 'block_lead', 'zone_undertaker', 'platform_admin', 'auditor'],
  /** Change the tree of pavilions, zones and boards. */
  'node:write': ['shenzhen_working_group', 'platform_admin'],
  /** See the booths with their allocations; undertakers those of their boards. */
  'booth:read': [...organizers, 'zone_undertaker', 'platform_admin', 'auditor'],
  /** Create, change, block and remove booths. */
  'booth:write': ['shenzhen_working_group', 'platform_admin'],

  /** Draft, change, hand in and withdraw applications of the own organisation. */
  'application:apply': [...exhibitors],
  /** See applications: the own ones, those of the own region or of the undertaken boards, or all; the next three say which. */
  'application:read': [...exhibitors, ...organizers, 'zone_undertaker', 'province_partner', 'auditor'],
  'all_applications:read': [...organizers, 'auditor'],
  'undertaken_application:read': ['zone_undertaker'],
  'regional_application:read': ['province_partner'],
  /** Take the list of applications away as a file. */
  'application:export': ['shenzhen_working_group', 'beijing_working_group'],
  /** Return, reject, approve for a booth, swap it, give more time, release. */
  'application:decide': ['shenzhen_working_group', 'zone_undertaker'],
  'application_note:read': [...organizers, 'zone_undertaker', 'auditor'],
  'application_note:write': ['shenzhen_working_group', 'beijing_working_group', 'zone_undertaker'],

  /** Endorse applications of the own region, and take the endorsement back. */
  'endorsement:decide': ['province_partner'],
  /** Endorse in place of a region, beyond its places, with a reason. */
  'endorsement:override': ['shenzhen_working_group', 'beijing_working_group'],
  /** See the places of the own region. */
  'own_quota:read': ['province_partner'],
  /** See the places of all regions. */
  'quota:read': [...organizers, 'auditor'],
  'quota:write': ['shenzhen_working_group', 'beijing_working_group'],

  /** See the confirmation agreement and its scans: of the own organisation, or all. */
  'agreement:read': [...exhibitors, ...organizers],
  /** Upload the stamped scan, log the posted original. */
  'agreement:sign': [...exhibitors],
  /** Verify or refuse the seal, log the original as received: they are posted to the executor in Shenzhen. */
  'agreement:verify': ['shenzhen_working_group'],

  'waiver:read': ['shenzhen_working_group', 'auditor'],
  /** Give, and take back, a one-use exception to the application deadline. */
  'waiver:write': ['shenzhen_working_group'],
} as const satisfies PermissionTable;
