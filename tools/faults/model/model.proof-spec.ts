import { testServer } from '@ciep/testing/test-database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { rules } from './moves.js';
import { play } from './play.js';
import { ModelStage } from './stage.js';

/** The same rounds each time; `npm run faults -- --only model --seed …` draws others. */
const seed = 20_230_324;

let stage: ModelStage;
beforeAll(async () => {
  stage = await ModelStage.open();
});
afterAll(() => stage.close(), 60_000);

describe('the platform compared with a model of the rules', () => {
  it('agrees, whatever three concurrent people do', async () => {
    // Limited by number, not by time, because a busy machine completes none in twenty seconds.
    const { failure, runs, requestsOf } = await play(stage, { runs: 10, seconds: 150, seed });
    expect(failure).toBeUndefined();
    expect(runs).toBeGreaterThan(2);
    // Rounds that never get anywhere would agree, too.
    for (const verb of ['approve', 'endorse', 'withdraw'])
      expect(requestsOf[`POST /v1/exhibition/applications/…/${verb} 200`]).toBeGreaterThan(0);
    expect(requestsOf['POST /v1/billing/payments 201']).toBeGreaterThan(0);
  });

  it('disagrees with a wrong rule: a withdrawal that frees no place', async () => {
    const { failure } = await play(stage, {
      ...{ runs: 25, seed, shrink: false },
      rules: {
        ...rules,
        withdraw: (world, move) => {
          const { taken } = world;
          const answer = rules.withdraw(world, move);
          world.taken = taken;
          return answer;
        },
      },
    });
    expect(failure).toContain('Divergence');
    expect(failure).toContain(`seed: ${seed}`);
  });

  it('disagrees without a guard: two applications get one booth', async () => {
    await withoutIndexes(stage, ['allocations_one_live_per_booth', 'allocations_one_live_per_application']);
    const { failure } = await play(stage, { runs: 100, seed, shrink: false });
    expect(failure).toMatch(/is allocated twice|Divergence/);
  });
});

/** Removes the guard with database rights; no setting does this. */
async function withoutIndexes(on: ModelStage, indexes: readonly string[]): Promise<void> {
  const [row] = await on.database('exhibition').query<{ name: string }[]>('SELECT current_database() AS name');
  const client = new pg.Client({ connectionString: Object.assign(new URL(testServer()), { pathname: `/${row?.name}` }).href });
  await client.connect();
  for (const index of indexes) await client.query(`DROP INDEX ${index}`);
  await client.end();
}
