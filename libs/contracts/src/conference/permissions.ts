import type { PermissionTable } from '../roles.js';

/** Permissions of conference. */
export const conferencePermissions = {
  'edition:read_unpublished': ['beijing_working_group', 'shenzhen_working_group', 'committee_office', 'platform_admin', 'auditor'],
  'edition:write': ['beijing_working_group', 'shenzhen_working_group', 'committee_office'],
  'edition:publish': ['beijing_working_group', 'shenzhen_working_group', 'committee_office'],
  'milestone:write': ['beijing_working_group', 'shenzhen_working_group', 'committee_office'],
} as const satisfies PermissionTable;
