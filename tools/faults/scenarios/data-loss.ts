import { setTimeout as sleep } from 'node:timers/promises';
import { Nemesis } from '../nemesis.js';
import { randomFrom } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const runsFor = 60_000;

/** Everything dies in the same instant, PostgreSQL and Kafka included, again and again. */
export const dataLoss: Scenario = {
  name: 'data-loss',
  about: 'every process, PostgreSQL and Kafka killed in the same instant at a random time, and started again',
  run: blackOut,
};

async function blackOut(trial: Trial, { seed, rounds, say }: Orders): Promise<Findings> {
  const nemesis = new Nemesis(trial.stage, say);
  const random = randomFrom(seed);
  await trial.underTraffic(async () => {
    for (let round = 0; round < rounds; round += 1) {
      await sleep(3_000 + random() * 4_000);
      await nemesis.inflict({ kind: 'kill-all' });
      await trial.stage.supervisor.untilAllRun(runsFor);
    }
    await sleep(2_000);
  });
  return {
    figures: { ...faultFigures(nemesis.injected), ...recoveryFigures(recoveries(nemesis.injected, trial.history.operations)) },
    troubles: [],
  };
}
