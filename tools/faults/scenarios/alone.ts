import { withBackends } from '../../test/backends.js';
import { playControls } from '../controls/controls.js';
import { oversleep } from '../controls/sleeping-worker.js';
import { wakeZombie } from '../controls/zombie-leader.js';
import { fuzz, FuzzStage } from '../fuzz/fuzz.js';
import { play } from '../model/play.js';
import { ModelStage } from '../model/stage.js';
import type { Findings, Orders, Scenario } from './scenario.js';

/** Scenarios with their own platform: broken on purpose, with second instances, or all in this process. */
export interface Alone extends Pick<Scenario, 'name' | 'about'> {
  readonly run: (orders: Orders) => Promise<Findings>;
}

const runsOfModel = 300;
const secondsOfModel = 240;
const requestsOfEachKind = 200;

export const alone: readonly Alone[] = [
  {
    name: 'model',
    about: `${runsOfModel} runs of random bookings by three concurrent people, compared with a model (at most ${secondsOfModel} s)`,
    run: ({ seed }) =>
      withPostgres(async () => {
        const stage = await ModelStage.open();
        try {
          const { runs, failure, requestsOf } = await play(stage, { runs: runsOfModel, seconds: secondsOfModel, seed });
          const requests = Object.values(requestsOf).reduce((sum, count) => sum + count, 0);
          return { figures: { runs, requests }, troubles: failure === undefined ? [] : [failure] };
        } finally {
          await stage.close();
        }
      }),
  },
  {
    name: 'fuzz',
    about: `${requestsOfEachKind} valid and ${requestsOfEachKind} invalid requests for every operation`,
    run: ({ seed }) =>
      withPostgres(async () => {
        const stage = await FuzzStage.open();
        try {
          const { operations, requests, busy, answers, neverDone, complaints } = await fuzz(stage, { each: requestsOfEachKind, seed });
          const counts = Object.fromEntries(Object.entries(answers).map(([status, count]) => [`answers ${status} to what fits`, count]));
          const figures = { operations, requests, 'busy answers': busy, 'operations that never succeeded': neverDone.length, ...counts };
          return { figures, troubles: complaints };
        } finally {
          await stage.close();
        }
      }),
  },
  {
    name: 'controls',
    about: 'protections are removed one by one; the checker must find each',
    async run({ say }) {
      const caught = await playControls(say);
      return {
        figures: Object.fromEntries(
          caught.map(({ control, violations, seconds }) => [
            `${control.name} ${control.about}`,
            `found out ${violations.length} times, ${seconds.toFixed(0)} s`,
          ]),
        ),
        troubles: caught.filter(({ violations }) => violations.length === 0).map(({ control }) => `${control.name} was not noticed`),
      };
    },
  },
  { name: 'zombie-leader', about: 'the leading relay is suspended for 20 s, another takes over, the old one resumes', run: wakeZombie },
  {
    name: 'sleeping-worker',
    about: 'a webhook worker is suspended past its lease, another sends again, the old one resumes',
    run: oversleep,
  },
];

async function withPostgres(work: () => Promise<Findings>): Promise<Findings> {
  let findings: Findings = { figures: {}, troubles: ['PostgreSQL did not start'] };
  await withBackends({ postgres: true, kafka: false }, async environment => {
    Object.assign(process.env, environment);
    findings = await work();
    return 0;
  });
  return findings;
}
