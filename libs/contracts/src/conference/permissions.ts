import type { PermissionTable } from '../roles.js';

/** Who may do what in conference. */
export const conferencePermissions = {} as const satisfies PermissionTable;
