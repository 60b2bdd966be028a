/** Every role a person or client can hold; tokens carry them, `permissions` says what each may do. */
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

/** A service's permissions (`noun:verb`) and the roles that have each. */
export type PermissionTable = Readonly<Record<string, readonly Role[]>>;
