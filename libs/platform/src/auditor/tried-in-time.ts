import type { OutboundTable } from '../jobs/outbound-queue.js';
import type { Invariant } from './invariant.js';

/** The invariant that every due row of a table is tried within this time. */
export const triedInTime = (
  { name, join = '', ready = 'true' }: OutboundTable,
  withinMs: number,
  about: Pick<Invariant, 'name' | 'holds'>,
): Invariant => ({
  ...about,
  violations: `SELECT q.id FROM ${name} q ${join}
    WHERE q.status = 'waiting' AND q.due_at < $1 AND (q.leased_until IS NULL OR q.leased_until < clock_timestamp()) AND ${ready}`,
  values: now => [new Date(now.getTime() - withinMs)],
});
