/** Every role of a person or client; tokens contain them, `permissions` defines what each may do. */
export const roles = [
  'platform_admin',
  'beijing_working_group',
  'shenzhen_working_group',
  'committee_office',
  'block_lead',
  'zone_undertaker',
  'province_partner',
  'finance_clerk',
  'auditor',
  'organisation_admin',
  'organisation_member',
  'individual',
  'channel_partner',
  'service',
] as const;
export type Role = (typeof roles)[number];

/** A service's permissions (`noun:verb`) with their roles. The first role is the one that it is for above all: the API reference groups by it. */
export type PermissionTable = Readonly<Record<string, readonly Role[]>>;
