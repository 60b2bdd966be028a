import type { Invariant } from '@ciep/platform';

const hour = 60 * 60_000;

/** What is due has been tried. A slow endpoint takes its deliveries one after the other, so this one is patient. */
export const deliveryInvariants: readonly Invariant[] = [
  {
    name: 'webhook_is_tried_in_time',
    holds: 'a delivery to an endpoint that is enabled is tried within an hour after it is due',
    violations: `SELECT d.id FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
      WHERE d.status = 'waiting' AND d.due_at < $1 AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp()) AND w.status = 'enabled'`,
    values: now => [new Date(now.getTime() - hour)],
  },
];
