import { setTimeout as sleep } from 'node:timers/promises';
import { changeEditions } from '../actors/editor.js';
import { Nemesis } from '../nemesis.js';
import { randomFrom } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import { hearEverythingAgain } from '../replay.js';
import { settle } from '../settle.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const runsFor = 60_000;
const factsOfRound = 2_000;

/** Everything dies in the same instant, PostgreSQL and Kafka included, again and again; then everything is heard again from the topics. */
export const dataLoss: Scenario = {
  name: 'data-loss',
  about: 'every process, PostgreSQL and Kafka killed in the same instant while thousands of facts are told; then all of them heard again',
  run: auditLosses,
};

async function auditLosses(trial: Trial, { seed, rounds, say }: Orders): Promise<Findings> {
  const nemesis = new Nemesis(trial.stage, say);
  const random = randomFrom(seed);
  const organizer = trial.traffic.client('shenzhen', true);
  const blackOut = async () => {
    await sleep(3_000 + random() * 4_000);
    await nemesis.inflict({ kind: 'kill-all' });
    await trial.stage.supervisor.untilAllRun(runsFor);
  };
  await trial.underTraffic(async () => {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all([changeEditions(organizer, factsOfRound), blackOut()]);
      say(`${factsOfRound} facts were told around a black-out`);
    }
  });
  const times = recoveryFigures(recoveries(nemesis.injected, trial.history.operations));
  await settle(trial.stage);
  const { messages, rows, differences } = await hearEverythingAgain(trial.stage);
  say(`${messages} messages were heard again`);
  return {
    figures: { ...faultFigures(nemesis.injected), ...times, 'messages heard again': messages, 'rows of copies made of them': rows },
    troubles: differences.slice(0, 10),
  };
}
