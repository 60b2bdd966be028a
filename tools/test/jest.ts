import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { node } from './child.js';
import type { Needs, Suite } from './suites.js';

/** What came of a suite. A spec file that cannot be loaded counts as a failure; `skipped` are tests that exist but did not run. */
export interface Outcome {
  readonly code: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs one Jest project and resolves to its exit code; `args` are path filters and Jest options. */
export function jest(suite: Suite, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return node(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      // Paths go first: behind --selectProjects Jest takes them for names of projects and runs everything.
      ...args,
      `--maxWorkers=${suite.workers}`,
      '--selectProjects',
      suite.name,
    ],
    env,
  );
}

/** Runs a whole suite and counts its tests. */
export async function count(suite: Suite, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const folder = 'node_modules/.cache/test';
  const outputFile = `${folder}/${suite.name}-${process.pid}.json`;
  mkdirSync(folder, { recursive: true });
  try {
    const code = await jest(suite, ['--json', `--outputFile=${outputFile}`], env);
    return { code, ...numbers(outputFile) };
  } finally {
    rmSync(outputFile, { force: true });
  }
}

function numbers(outputFile: string): Omit<Outcome, 'code'> {
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8')) as Record<string, number>;
    const of = (key: string) => result[key] ?? 0;
    return {
      passed: of('numPassedTests'),
      failed: of('numFailedTests') + of('numRuntimeErrorTestSuites'),
      skipped: of('numPendingTests') + of('numTodoTests'),
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // Jest wrote no result: its exit code says what happened
  }
}

/** Runs `work` with the servers that `needs` names, or as it is when it needs none. */
export async function withServers(needs: Needs, work: (env: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  if (!needs.postgres && !needs.kafka) return work(process.env);
  const { withBackends } = await import('./backends.js');
  return withBackends(needs, env => work({ ...process.env, ...env }));
}
