/** The roles that people grant to people; the others come with a registration, a membership or a client. */
export const staffRoles = [
  'platform_admin',
  'beijing_working_group',
  'shenzhen_working_group',
  'committee_office',
  'block_lead',
  'zone_undertaker',
  'province_partner',
  'finance_clerk',
  'auditor',
] as const;
export type StaffRole = (typeof staffRoles)[number];
export const isStaffRole = (role: Role): role is StaffRole => staffRoles.some(known => known === role);

/** The roles that an organisation gives its own people. */
export const memberRoles = ['organisation_admin', 'organisation_member'] as const;
export type MemberRole = (typeof memberRoles)[number];

/** Every role of a person or client; tokens contain them, `permissions` defines what each may do. */
export const roles = [...staffRoles, ...memberRoles, 'individual', 'channel_partner', 'service'] as const;
export type Role = (typeof roles)[number];

/** A service's permissions (`noun:verb`) with their roles. The first role is the one that it is for above all: the API reference groups by it. */
export type PermissionTable = Readonly<Record<string, readonly Role[]>>;
