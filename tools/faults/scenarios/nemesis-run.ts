import { setTimeout as sleep } from 'node:timers/promises';
import { Nemesis } from '../nemesis.js';
import { plan } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const pace = { from: 1_500, to: 3_500 };

/** Injects a random fault every few seconds, drawn from the seed. */
export const nemesisRun: Scenario = {
  name: 'nemesis',
  about: 'random kills, crashes, freezes and bad links every few seconds, from a seed',
  run: runNemesis,
};

async function runNemesis(trial: Trial, { seed, minutes, say }: Orders): Promise<Findings> {
  const nemesis = new Nemesis(trial.stage, say);
  const end = Date.now() + minutes * 60_000;
  await trial.underTraffic(async () => {
    let isDone = true;
    for (const { after, fault } of plan(seed, pace)) {
      // While a victim still has its last fault, the next fault is taken at once.
      if (isDone) await sleep(after);
      if (Date.now() > end) break;
      isDone = nemesis.inject(fault);
    }
    await nemesis.rest();
  });
  const times = recoveries(nemesis.injected, trial.history.operations);
  return {
    figures: {
      'faults in total': nemesis.injected.length,
      ...faultFigures(nemesis.injected),
      'fault points not reached': nemesis.missed,
      ...recoveryFigures(times),
    },
    troubles: [],
  };
}
