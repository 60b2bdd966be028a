import type { PermissionTable, Role } from '../roles.js';

/** The roles that see every organisation. */
const overseers = [
  'platform_admin',
  'beijing_working_group',
  'shenzhen_working_group',
  'committee_office',
  'finance_clerk',
  'auditor',
] as const satisfies readonly Role[];

/** Permissions of identity. They decide which roles may try; SQL restricts them to what the caller owns. */
export const identityPermissions = {
  'organisation:read': [
    'organisation_admin',
    'organisation_member',
    'province_partner',
    'zone_undertaker',
    'block_lead',
    'channel_partner',
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
    'finance_clerk',
    'auditor',
  ],
  'organisation:list': [...overseers],
  'organisation:change': ['organisation_admin'],
  'member:read': ['organisation_admin', 'organisation_member', ...overseers],
  // A member removes itself; with `member:write`, others too.
  'member:remove': ['organisation_admin', 'organisation_member'],
  'member:write': ['organisation_admin'],
  'invitation:read': ['organisation_admin'],
  'invitation:write': ['organisation_admin'],
  'client:read': ['platform_admin', 'auditor'],
  'client:rotate': ['platform_admin'],
  'client:switch': ['platform_admin'],
  'second_factor:reset': ['platform_admin'],
  'role_grant:read': ['platform_admin', 'beijing_working_group', 'shenzhen_working_group', 'auditor'],
  'role_grant:write': ['platform_admin', 'beijing_working_group', 'shenzhen_working_group'],
  'partner_unit:appoint': ['platform_admin'],
} as const satisfies PermissionTable;
