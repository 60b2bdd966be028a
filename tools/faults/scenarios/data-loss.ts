import { setTimeout as sleep } from 'node:timers/promises';
import { changeEditions } from '../actors/editor.js';
import { Nemesis } from '../nemesis.js';
import { randomFrom } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import { consumeEverythingAgain } from '../replay.js';
import { settle } from '../settle.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const runsFor = 60_000;
const eventsOfRound = 2_000;

/** Kills everything at once, PostgreSQL and Kafka included, several times; then consumes all topics again from the beginning. */
export const dataLoss: Scenario = {
  name: 'data-loss',
  about: 'every process, PostgreSQL and Kafka killed at once while thousands of events are published; then all topics consumed again',
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
      await Promise.all([changeEditions(organizer, eventsOfRound), blackOut()]);
      say(`${eventsOfRound} events were published around the crash`);
    }
  });
  const times = recoveryFigures(recoveries(nemesis.injected, trial.history.operations));
  await settle(trial.stage);
  const { messages, rows, differences } = await consumeEverythingAgain(trial.stage);
  say(`${messages} messages were consumed again`);
  return {
    figures: { ...faultFigures(nemesis.injected), ...times, 'messages consumed again': messages, 'read copy rows rebuilt': rows },
    troubles: differences.slice(0, 10),
  };
}
