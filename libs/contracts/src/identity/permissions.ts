import type { PermissionTable } from '../roles.js';

/** Who may do what in identity. */
export const identityPermissions = {} as const satisfies PermissionTable;
