import { chineseDate } from '@ciep/kernel';
import type { Invariant } from '@ciep/platform';

const minute = 60_000;
const day = 86_400_000;
/** The jobs run every five seconds. */
const before = (now: Date): Date => new Date(now.getTime() - 10 * minute);

/** Due work has been done. */
export const deadlineInvariants: readonly Invariant[] = [
  {
    name: 'overdue_is_published',
    holds: 'an overdue invoice is announced by an event within ten minutes (docs/rules.md#overdue)',
    violations: `SELECT id FROM invoices WHERE due_on < $1 AND overdue_at IS NULL AND status IN ('open', 'partly_paid')`,
    values: now => [chineseDate(before(now))],
  },
  {
    name: 'end_of_grace_is_published',
    holds: 'the end of the days of grace is announced by an event within ten minutes (docs/rules.md#grace)',
    violations: `SELECT id FROM invoices WHERE due_on + grace_days < $1 AND grace_ended_at IS NULL AND status IN ('open', 'partly_paid')`,
    values: now => [chineseDate(before(now))],
  },
  {
    // A day for the event to reach exhibition and for its answer to come back.
    name: 'unpaid_booth_is_released',
    holds: 'an invoice that is not paid when its days of grace are over is void a day later, because its booth is released',
    violations: `SELECT id FROM invoices WHERE grace_ended_at < $1 AND status IN ('open', 'partly_paid')`,
    values: now => [new Date(now.getTime() - day)],
  },
  {
    name: 'reminder_is_published',
    holds: 'the event for a payment reminder is published within ten minutes (docs/rules.md#payment-reminder)',
    violations: `SELECT id FROM invoices WHERE remind_on <= $1 AND due_on >= $2 AND status IN ('open', 'partly_paid')`,
    values: now => [chineseDate(before(now)), chineseDate(now)],
  },
  {
    name: 'late_payment_is_answered',
    holds: 'exhibition decides within five minutes whether a booth that was paid too late is allocated again (docs/rules.md#late-payment)',
    violations: `SELECT id FROM invoices WHERE reallocation = 'asked' AND updated_at < clock_timestamp() - interval '5 minutes'`,
  },
];
