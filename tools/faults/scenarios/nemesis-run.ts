import { setTimeout as sleep } from 'node:timers/promises';
import { Nemesis } from '../nemesis.js';
import { plan } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const pace = { from: 1_500, to: 3_500 };

/** Whatever can go wrong goes wrong, every few seconds, as the seed has it. */
export const nemesisRun: Scenario = {
  name: 'nemesis',
  about: 'kills, crashes, freezes and bad links at random every few seconds, from a seed',
  run: torment,
};

async function torment(trial: Trial, { seed, minutes, say }: Orders): Promise<Findings> {
  const nemesis = new Nemesis(trial.stage, say);
  const end = Date.now() + minutes * 60_000;
  await trial.underTraffic(async () => {
    let isDone = true;
    for (const { after, fault } of plan(seed, pace)) {
      // When a victim is still at its last fault, the next one's turn comes at once.
      if (isDone) await sleep(after);
      if (Date.now() > end) break;
      isDone = nemesis.inject(fault);
    }
    await nemesis.rest();
  });
  const times = recoveries(nemesis.injected, trial.history.operations);
  return {
    figures: {
      'faults in all': nemesis.injected.length,
      ...faultFigures(nemesis.injected),
      'crash points not reached': nemesis.missed,
      ...recoveryFigures(times),
    },
    troubles: [],
  };
}
