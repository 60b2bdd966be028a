import { billingPermissions } from './billing/permissions.js';
import { conferencePermissions } from './conference/permissions.js';
import { exhibitionPermissions } from './exhibition/permissions.js';
import { identityPermissions } from './identity/permissions.js';
import { notificationPermissions } from './notification/permissions.js';
import type { PermissionTable, Role } from './roles.js';

/** Permissions that every service has: reading its audit trail, and dealing with its parked facts. */
const everywhere = {
  'audit:read': ['auditor', 'platform_admin'],
  'parked_fact:read': ['platform_admin', 'auditor'],
  'parked_fact:write': ['platform_admin'],
} as const satisfies PermissionTable;

/** All permissions of the platform and the roles that have each. A role that is not listed has none. */
export const permissions = {
  ...everywhere,
  ...identityPermissions,
  ...conferencePermissions,
  ...exhibitionPermissions,
  ...billingPermissions,
  ...notificationPermissions,
} as const;

/** The name of a permission, `noun:verb`. */
export type Permission = keyof typeof permissions;

/** What somebody with these roles may do, in alphabetical order. */
export function permissionsOf(held: readonly string[]): Permission[] {
  const entries = Object.entries(permissions) as [Permission, readonly Role[]][];
  return entries
    .filter(([, allowed]) => allowed.some(role => held.includes(role)))
    .map(([permission]) => permission)
    .sort();
}
