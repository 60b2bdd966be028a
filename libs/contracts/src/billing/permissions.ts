import type { PermissionTable } from '../roles.js';

/** Who may do what in billing. */
export const billingPermissions = {} as const satisfies PermissionTable;
