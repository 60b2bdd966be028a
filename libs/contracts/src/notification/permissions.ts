import type { PermissionTable } from '../roles.js';

/** Who may do what in notification. */
export const notificationPermissions = {} as const satisfies PermissionTable;
