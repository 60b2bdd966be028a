import type { PermissionTable } from '../roles.js';

/** Permissions of notification. The owner of an endpoint determines its events: docs/rules.md#webhook-audience. */
export const notificationPermissions = {
  'webhook:read': [
    'province_partner',
    'organisation_admin',
    'organisation_member',
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
  ],
  'webhook:write': [
    'province_partner',
    'organisation_admin',
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
  ],
  'event:read': [
    'platform_admin',
    'beijing_working_group',
    'shenzhen_working_group',
    'committee_office',
    'auditor',
    'province_partner',
    'organisation_admin',
    'organisation_member',
  ],
  'mail:read': ['platform_admin', 'auditor'],
  'mail:retry': ['platform_admin'],
} as const satisfies PermissionTable;
