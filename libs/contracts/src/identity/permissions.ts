import type { PermissionTable } from '../roles.js';

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
  'organisation:list': [
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
    'finance_clerk',
    'auditor',
  ],
  'organisation:change': ['organisation_admin'],
  'client:read': ['platform_admin', 'auditor'],
  'client:rotate': ['platform_admin'],
  'client:switch': ['platform_admin'],
  'second_factor:reset': ['platform_admin'],
} as const satisfies PermissionTable;
