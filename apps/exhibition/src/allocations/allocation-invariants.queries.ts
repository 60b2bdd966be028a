import { chineseDate } from '@ciep/kernel';
import type { Invariant } from '@ciep/platform';

// The longest grace that a fee schedule may give, and a day for the event to arrive.
const longest = 61 * 86_400_000;

/** The central promise of the service, checked without its indexes (docs/rules.md#one-live-allocation). */
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
    holds: 'every approved or confirmed application has an allocated booth, and no other application has one',
    violations: `
      SELECT a.id FROM applications a LEFT JOIN allocations l ON l.application_id = a.id AND l.is_live
      WHERE a.status IN ('approved', 'confirmed') AND l.booth_id::text IS DISTINCT FROM a.booth ->> 'boothId'
      UNION ALL
      SELECT a.id FROM allocations l JOIN applications a ON a.id = l.application_id WHERE l.is_live AND a.status NOT IN ('approved', 'confirmed')`,
  },
  {
    // Only billing knows how long the grace of an invoice is; it checks the day itself.
    name: 'overdue_booth_is_released',
    holds: 'an unpaid booth is released, at the latest a day after the longest grace (60 days)',
    violations: `SELECT id FROM applications WHERE status = 'approved' AND paid_invoice_id IS NULL AND pay_by < $1`,
    values: now => [chineseDate(new Date(now.getTime() - longest))],
  },
];
