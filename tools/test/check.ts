// npm test: everything that must pass before a change is merged, except the proofs, which take longer.
import { suites } from './suites.js';
import { unlessInterrupted, WholeRun, type Tool } from './whole-run.js';

/** Caches the results for unchanged files. CI checks all of them. */
const cache = (tool: string) =>
  process.env['CI'] ? [] : ['--cache', '--cache-strategy', 'content', '--cache-location', `node_modules/.cache/${tool}`];
const tool = (name: string, command: string, ...args: string[]): Tool => ({ name, args: [`node_modules/.bin/${command}`, ...args] });

await unlessInterrupted(async () => {
  const run = new WholeRun();
  await run.sideBySide(
    [tool('lint', 'eslint', '.', '--quiet', ...cache('eslint'))],
    [
      tool('types', 'tsc', '-b'),
      tool('format', 'prettier', '--check', '.', ...cache('prettier')),
      { name: 'dependencies', args: ['--import', './tools/ts.mjs', 'tools/dependencies/check.ts'] },
    ],
  );
  const tests = suites.filter(({ isProof }) => !isProof);
  await Promise.all([run.suites(tests.filter(({ waits }) => !waits)), run.suites(tests.filter(({ waits }) => waits))]);
  return run.conclude();
});
