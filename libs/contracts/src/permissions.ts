import type { PermissionTable, Role } from './roles.js';
import { services, type ServiceContract, type ServiceName } from './services.js';

/** Permissions that every service has: reading its audit trail, and handling its dead letters. */
const everywhere = {
  'audit:read': ['auditor', 'platform_admin'],
  'dead_letter:read': ['platform_admin', 'auditor'],
  'dead_letter:write': ['platform_admin'],
} as const satisfies PermissionTable;

/** The name of a permission, `noun:verb`. */
export type Permission = keyof typeof everywhere | { [Name in ServiceName]: keyof (typeof services)[Name]['permissions'] }[ServiceName];

/** All permissions of the platform with their roles. A role that is not listed has none. */
export const permissions = Object.fromEntries(
  [everywhere, ...Object.values<ServiceContract>(services).map(service => service.permissions)].flatMap(table => Object.entries(table)),
) as Readonly<Record<Permission, readonly Role[]>>;

/** Whether all routes of a permission only read, so that a scope to read is enough. */
export const isReading = (permission: Permission): boolean => /:(read|read_[a-z]+|list|export)$/.test(permission);

/** The permissions of a token with these roles and scopes, in alphabetical order. */
export function permissionsWithin(held: readonly string[], scopes: readonly string[]): Permission[] {
  const allows = (service: string, permission: Permission): boolean =>
    scopes.includes(`${service}:write`) || (isReading(permission) && scopes.includes(`${service}:read`));
  return permissionsOf(held).filter(permission =>
    Object.entries<ServiceContract>(services).some(
      ([name, contract]) => (permission in contract.permissions || permission in everywhere) && allows(name, permission),
    ),
  );
}

/** The permissions of these roles, in alphabetical order. */
export function permissionsOf(held: readonly string[]): Permission[] {
  const entries = Object.entries(permissions) as [Permission, readonly Role[]][];
  return entries
    .filter(([, allowed]) => allowed.some(role => held.includes(role)))
    .map(([permission]) => permission)
    .sort();
}
