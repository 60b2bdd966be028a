import type { PermissionTable } from '../roles.js';

/** Who may do what in exhibition. */
export const exhibitionPermissions = {} as const satisfies PermissionTable;
