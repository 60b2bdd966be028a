import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from '@ciep/contracts';
import type { Stage } from './stage.js';

/** The unfinished work of one service. */
interface Backlog {
  readonly service: string;
  readonly unsent: number;
  readonly waiting: number;
  readonly deadLetters: number;
}

/** How the platform settled. */
export interface Rest {
  /** Milliseconds from the end of all faults until every outbox and inbox was empty. */
  readonly emptyAfter: number;
  /** What was not empty in time, or is a dead letter; one line each. */
  readonly troubles: readonly string[];
}

/** Longest time from the end of all faults until every outbox and inbox is empty. */
export const promisedRest = 60_000;
/** If no mail is sent for this long, the rest waits for a later retry; if skipping ahead does not help, they are stuck. */
const nothingDue = 4_000;
const lettersStuck = 60_000;

/**
 * Ends all faults and waits until every outbox and inbox is empty, at most 60 s, then until mails and webhooks are sent. Their
 * retries come after minutes or when a lease expires; instead of waiting, this advances the business clock and ends leases.
 */
export async function settle(stage: Stage): Promise<Rest> {
  await stage.heal();
  const healed = Date.now();
  let left = await backlogs(stage);
  while (left.length > 0 && Date.now() - healed < promisedRest) {
    await sleep(250);
    left = await backlogs(stage);
  }
  const emptyAfter = Date.now() - healed;
  const troubles = left.map(
    one => `${one.service}: ${one.unsent} events not sent, ${one.waiting} wait, ${one.deadLetters} are dead-lettered`,
  );
  await lettersOut(stage);
  return { emptyAfter, troubles };
}

async function backlogs(stage: Stage): Promise<Backlog[]> {
  const all = await Promise.all(
    serviceNames.map(async service => {
      const [row] = await stage.query<Omit<Backlog, 'service'>>(
        service,
        `SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL)::int AS unsent,
                (SELECT count(*) FROM inbox WHERE status = 'waiting')::int AS waiting,
                (SELECT count(*) FROM inbox WHERE status = 'dead_lettered')::int +
                (SELECT count(*) FROM outbox WHERE dead_lettered_at IS NOT NULL)::int AS "deadLetters"`,
      );
      return { service, unsent: 0, waiting: 0, deadLetters: 0, ...row };
    }),
  );
  return all.filter(({ unsent, waiting, deadLetters }) => unsent + waiting + deadLetters > 0);
}

/** If nothing moves for a while, the rest is for the checker to find. */
async function lettersOut(stage: Stage): Promise<void> {
  let fewest = Infinity;
  let moved = Date.now();
  for (let hourPassed = moved; Date.now() - moved < lettersStuck; await sleep(250)) {
    const [row] = await stage.query<{ open: number }>(
      'notification',
      `SELECT (SELECT count(*) FROM mails WHERE status = 'waiting')::int + (SELECT count(*) FROM deliveries WHERE status = 'waiting')::int AS open`,
    );
    const open = row?.open ?? 0;
    if (open === 0) return;
    if (open < fewest) {
      fewest = open;
      moved = hourPassed = Date.now();
    }
    if (Date.now() - hourPassed < nothingDue) continue;
    hourPassed = Date.now();
    stage.passHour();
    // A worker that holds a lease for this long is dead.
    for (const table of ['mails', 'deliveries'])
      await stage.query(
        'notification',
        `UPDATE ${table} SET leased_until = clock_timestamp() WHERE status = 'waiting' AND leased_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '50 seconds'`,
      );
  }
}
