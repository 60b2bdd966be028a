import { chineseDate } from '@ciep/kernel';
import type { Invariant } from '@ciep/platform';

const day = 86_400_000;

/** The promise of the whole service, asked without its indexes (docs/rules.md#one-live-allocation). */
export const allocationInvariants: readonly Invariant[] = [
  {
    name: 'booth_has_one_live_allocation',
    holds: 'a booth has at most one live allocation',
    violations: 'SELECT booth_id AS id FROM allocations WHERE is_live GROUP BY booth_id HAVING count(*) > 1',
  },
  {
    name: 'application_has_one_live_allocation',
    holds: 'an application has at most one live allocation',
    violations: 'SELECT application_id AS id FROM allocations WHERE is_live GROUP BY application_id HAVING count(*) > 1',
  },
  {
    name: 'allocation_fits_application',
    holds: 'an application that is approved or confirmed has its booth allocated, and no other application has one',
    violations: `
      SELECT a.id FROM applications a LEFT JOIN allocations l ON l.application_id = a.id AND l.is_live
      WHERE a.status IN ('approved', 'confirmed') AND l.booth_id::text IS DISTINCT FROM a.booth ->> 'boothId'
      UNION ALL
      SELECT a.id FROM allocations l JOIN applications a ON a.id = l.application_id WHERE l.is_live AND a.status NOT IN ('approved', 'confirmed')`,
  },
  {
    // A day for billing to tell that the date has passed, and for the fact to arrive.
    name: 'overdue_booth_is_released',
    holds: 'a booth that is not paid is released within a day after its due date',
    violations: `SELECT id FROM applications WHERE status = 'approved' AND paid_invoice_id IS NULL AND pay_by < $1`,
    values: now => [chineseDate(new Date(now.getTime() - day))],
  },
];
