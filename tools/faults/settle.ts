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
const lettersRest = 150_000;

/**
 * Heals everything and waits until every outbox and inbox is empty, at most 60 s, then until letters and webhooks are out. Those
 * are tried again after minutes and leases, which are not waited for: the business clock goes on by an hour, leases end.
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
        `SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)::int AS unsent,
                (SELECT count(*) FROM inbox WHERE status = 'waiting')::int AS waiting,
                (SELECT count(*) FROM inbox WHERE status = 'parked')::int AS parked`,
      );
      return { service, unsent: 0, waiting: 0, parked: 0, ...row };
    }),
  );
  return all.filter(({ unsent, waiting, parked }) => unsent + waiting + parked > 0);
}

/** What is not out when the time is over is for the checker to find. */
async function lettersOut(stage: Stage): Promise<void> {
  for (const end = Date.now() + lettersRest; Date.now() < end; await sleep(500)) {
    const [row] = await stage.query<{ open: number; leased: number }>(
      'notification',
      `SELECT (SELECT count(*) FROM mails WHERE status = 'waiting')::int + (SELECT count(*) FROM deliveries WHERE status = 'waiting')::int AS open,
              (SELECT count(*) FROM mails WHERE leased_until > clock_timestamp())::int + (SELECT count(*) FROM deliveries WHERE leased_until > clock_timestamp())::int AS leased`,
    );
    if (!row || row.open === 0) return;
    // Whoever held a lease and died does not come back; whoever lives works for a second or two.
    if (Date.now() > end - lettersRest + 5_000)
      for (const table of ['mails', 'deliveries'])
        await stage.query(
          'notification',
          `UPDATE ${table} SET leased_until = clock_timestamp() WHERE status = 'waiting' AND leased_until > clock_timestamp() AND leased_until < clock_timestamp() + interval '50 seconds'`,
        );
    stage.suite.moveClockTo(new Date(Date.now() + 3_600_000));
  }
}
