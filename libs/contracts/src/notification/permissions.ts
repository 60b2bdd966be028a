import type { PermissionTable } from '../roles.js';

/** Who may do what in notification. Which facts an endpoint receives follows from its owner: docs/rules.md#webhook-audience. */
export const notificationPermissions = {
  'webhook:read': [
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
    'province_partner',
    'organisation_admin',
    'organisation_member',
  ],
  'webhook:write': [
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
    'province_partner',
    'organisation_admin',
  ],
  'mail:read': ['platform_admin', 'auditor'],
  'mail:retry': ['platform_admin'],
} as const satisfies PermissionTable;
