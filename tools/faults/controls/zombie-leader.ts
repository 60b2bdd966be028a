import { setTimeout as sleep } from 'node:timers/promises';
import { eventuallyTrue } from './eventually-true.js';
import { startTwinTrial } from './twin.js';
import type { Findings, Orders } from '../scenarios/scenario.js';
import type { Stage } from '../stage.js';

/** The advisory lock that makes a relay the leader of its database (libs/platform, Relay). */
const leadershipLock = 7_318_001;
const sleeps = 20_000;
/** PostgreSQL ends the session of a silent leader after 12 s (libs/platform, Relay). */
const takenOverWithin = 19_000;

/** T4: the leading relay is suspended for 20 s, another instance takes over, then the old leader resumes and still believes that it leads. */
export async function wakeZombie({ say }: Orders): Promise<Findings> {
  const { trial, twinOf, stop } = await startTwinTrial();
  const { stage } = trial;
  try {
    await twinOf('exhibition');
    const troubles: string[] = [];
    const before = await leaderOf(stage);
    let takenOver = Infinity;
    await trial.underTraffic(async () => {
      await sleep(4_000);
      const begun = Date.now();
      const frozen = stage.freeze('exhibition', sleeps);
      await eventuallyTrue(takenOverWithin, async () => {
        const present = await leaderOf(stage);
        return present !== undefined && present !== before;
      });
      takenOver = Date.now() - begun;
      say(`another instance leads after ${takenOver} ms`);
      await frozen;
      say('the old leader resumes');
      await sleep(6_000);
    });
    if (takenOver > takenOverWithin) troubles.push('no instance took over from the suspended leader');
    const { violations, events, repeated } = await trial.conclude();
    troubles.push(...violations.map(({ rule, what }) => `${rule}: ${what}`));
    return { figures: { 'taken over after, ms': takenOver, 'events published': events, 'repeated messages': repeated }, troubles };
  } finally {
    await stop();
  }
}

/** The backend that holds the leadership of exhibition's relays. */
async function leaderOf(stage: Stage): Promise<number | undefined> {
  const [row] = await stage.query<{ pid: number }>(
    'exhibition',
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [leadershipLock],
  );
  return row?.pid;
}
