import { describe, expect, it } from '@jest/globals';
import { count } from '../test/jest.js';

/** Spec files that fail on purpose, run like all others. */
const outcomeOf = (name: string) =>
  count({ name, needs: { postgres: false, kafka: false }, workers: 1 }, { ...process.env, HOME: '/' }, [
    '--config=tools/checks/canary/specs/jest.config.mjs',
    '--silent',
    '--reporters=github-actions',
  ]);

describe('spec files', () => {
  it('canary: fail with failing tests, hooks, late errors and load errors', async () => {
    // One from counts, all of hooks (3) and late (3), and the file that does not load.
    expect(await outcomeOf('wrong')).toEqual({ code: 1, passed: 2, failed: 8, skipped: 1 });
  });

  it('start in a clean process, whatever the others have left behind', async () => {
    expect(await outcomeOf('one-after-the-other')).toEqual({ code: 0, passed: 2, failed: 0, skipped: 0 });
  });
});
