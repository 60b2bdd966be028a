import { chineseDate } from '@ciep/kernel';
import type { Invariant } from '@ciep/platform';

const minute = 60_000;
/** The jobs look every five seconds. */
const before = (now: Date): Date => new Date(now.getTime() - 10 * minute);

/** What is due has been done. */
export const deadlineInvariants: readonly Invariant[] = [
  {
    name: 'overdue_is_told',
    holds: 'that an invoice is overdue is told within ten minutes (docs/rules.md#overdue)',
    violations: `SELECT id FROM invoices WHERE due_on < $1 AND overdue_at IS NULL AND status IN ('open', 'partly_paid')`,
    values: now => [chineseDate(before(now))],
  },
  {
    name: 'reminder_is_told',
    holds: 'that a payment will be due soon is told within ten minutes (docs/rules.md#payment-reminder)',
    violations: `SELECT id FROM invoices WHERE remind_on <= $1 AND due_on >= $2 AND status IN ('open', 'partly_paid')`,
    values: now => [chineseDate(before(now)), chineseDate(now)],
  },
  {
    name: 'late_payment_is_answered',
    holds:
      'the exhibition answers within five minutes whether a booth that was paid too late is allocated again (docs/rules.md#late-payment)',
    violations: `SELECT id FROM invoices WHERE reallocation = 'asked' AND updated_at < clock_timestamp() - interval '5 minutes'`,
  },
];
