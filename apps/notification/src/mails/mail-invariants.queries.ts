import type { Invariant } from '@ciep/platform';

const quarterOfAnHour = 15 * 60_000;

/** What is due has been tried. A mail that failed is due later, or given up; neither is forgotten. */
export const mailInvariants: readonly Invariant[] = [
  {
    name: 'mail_is_tried_in_time',
    holds: 'a mail that is due is tried within a quarter of an hour',
    violations: `SELECT id FROM mails WHERE status = 'waiting' AND due_at < $1 AND (leased_until IS NULL OR leased_until < clock_timestamp())`,
    values: now => [new Date(now.getTime() - quarterOfAnHour)],
  },
];
