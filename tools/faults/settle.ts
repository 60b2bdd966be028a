import { setTimeout as sleep } from 'node:timers/promises';
import { keepers, type Stage } from './stage.js';

/** What is still under way in one service. */
interface Backlog {
  readonly service: string;
  readonly unsent: number;
  readonly waiting: number;
  readonly parked: number;
}

/** How the platform came to rest. */
export interface Rest {
  /** Milliseconds from healing until every outbox and inbox was empty. */
  readonly emptyAfter: number;
  /** What was not empty in time, or is parked; one line each. */
  readonly troubles: readonly string[];
}

/** Longest time from healing until every outbox and inbox is empty. */
export const promisedRest = 60_000;
/** When no letter went out for so long, the rest is tried again later only; and when that does not help, they are stuck. */
const nothingDue = 4_000;
const lettersStuck = 60_000;

/**
 * Heals everything and waits until every outbox and inbox is empty, at most 60 s, then until letters and webhooks are out. Those
 * are tried again after minutes, or when a lease is over, which is not waited for: the business clock goes on, leases end.
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
  const troubles = left.map(one => `${one.service}: ${one.unsent} facts not sent, ${one.waiting} wait, ${one.parked} are parked`);
  await lettersOut(stage);
  return { emptyAfter, troubles };
}

async function backlogs(stage: Stage): Promise<Backlog[]> {
  const all = await Promise.all(
    keepers.map(async service => {
      const [row] = await stage.query<Omit<Backlog, 'service'>>(
        service,
        `SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL AND parked_at IS NULL)::int AS unsent,
                (SELECT count(*) FROM inbox WHERE status = 'waiting')::int AS waiting,
                (SELECT count(*) FROM inbox WHERE status = 'parked')::int +
                (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL)::int AS parked`,
      );
      return { service, unsent: 0, waiting: 0, parked: 0, ...row };
    }),
  );
  return all.filter(({ unsent, waiting, parked }) => unsent + waiting + parked > 0);
}

/** What is not out although nothing moved for a while is for the checker to find. */
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
    // Whoever held a lease for so long is dead.
    for (const table of ['mails', 'deliveries'])
      await stage.query(
        'notification',
        `UPDATE ${table} SET leased_until = clock_timestamp() WHERE status = 'waiting' AND leased_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '50 seconds'`,
      );
  }
}
