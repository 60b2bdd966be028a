import type { PermissionTable } from '../roles.js';

/** Permissions of billing. `invoice:read` alone covers the invoices of the caller's own organisation; SQL enforces that. */
export const billingPermissions = {
  'fee_schedule:read': [
    'finance_clerk',
    'shenzhen_working_group',
    'beijing_working_group',
    'committee_office',
    'platform_admin',
    'auditor',
  ],
  'fee_schedule:write': ['finance_clerk', 'shenzhen_working_group'],
  'fee_schedule:publish': ['finance_clerk', 'shenzhen_working_group'],
  'invoice:read': [
    'organisation_admin',
    'organisation_member',
    'finance_clerk',
    'shenzhen_working_group',
    'beijing_working_group',
    'committee_office',
    'auditor',
  ],
  'invoice:read_all': ['finance_clerk', 'shenzhen_working_group', 'beijing_working_group', 'committee_office', 'auditor'],
  'invoice:export': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'payment:read': ['finance_clerk', 'auditor'],
  'payment:write': ['finance_clerk'],
  'credit:read': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'refund:write': ['finance_clerk'],
} as const satisfies PermissionTable;
