import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crashPoints } from './scenarios/crash-matrix.js';
import { nemesisRun } from './scenarios/nemesis-run.js';
import type { Scenario } from './scenarios/scenario.js';
import { storm } from './scenarios/storm.js';
import { Trial } from './trial.js';

// The same in every run, so that a failure can be repeated: npm run faults -- --only nemesis --seed 1 --minutes 1.
const orders = { seed: 1, minutes: 1, rounds: 1, clients: 150, say: () => undefined };
const minutes = 60_000;

/** The part of `npm run faults` that runs for every change. */
describe('the platform as separate processes with bad links', () => {
  let trial: Trial;

  beforeAll(async () => {
    trial = await Trial.start({ exhibitors: 4 });
  }, 5 * minutes);

  afterAll(() => trial.stop(), minutes);

  const play = async (scenario: Scenario) => {
    const { figures, troubles } = await scenario.run(trial, orders);
    const { violations, operations } = await trial.conclude();
    expect({ troubles, violations: violations.slice(0, 20) }).toEqual({ troubles: [], violations: [] });
    return { figures, operations };
  };

  it(
    'allocates a contested booth to one applicant, and no booth twice',
    async () => {
      const { figures } = await play(storm);
      expect(figures['one booth: clients']).toBe(orders.clients);
    },
    4 * minutes,
  );

  it(
    'loses nothing and doubles nothing when it crashes at each of its fault points',
    async () => {
      const { figures } = await play(crashPoints);
      expect(figures['crashes at fault points']).toBe(14);
    },
    8 * minutes,
  );

  it(
    'loses nothing and doubles nothing under random faults',
    async () => {
      const { figures, operations } = await play(nemesisRun);
      expect(Number(figures['faults in total'])).toBeGreaterThan(10);
      expect(operations.ok).toBeGreaterThan(100);
    },
    6 * minutes,
  );
});
