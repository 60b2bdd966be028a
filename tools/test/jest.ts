import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { node } from './child.js';
import type { Needs, Suite } from './suites.js';

/** The result of a suite. A spec file that cannot be loaded counts as a failure; `skipped` tests exist but did not run. */
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
      // Workers inherit these.
      '--enable-source-maps',
      '--conditions=@ciep/source',
      '--import',
      './tools/test/native-loader.mjs',
      'node_modules/jest/bin/jest.js',
      // Paths come first: after --selectProjects Jest takes them for project names and runs everything.
      ...args,
      `--maxWorkers=${suite.workers}`,
      '--selectProjects',
      suite.name,
    ],
    env,
  );
}

/** Runs a whole suite and counts its tests; `args` are additional Jest options. */
export async function count(suite: Suite, env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<Outcome> {
  const folder = 'node_modules/.cache/test';
  const outputFile = `${folder}/${suite.name}-${process.pid}.json`;
  mkdirSync(folder, { recursive: true });
  try {
    const code = await jest(suite, ['--json', `--outputFile=${outputFile}`, ...args], env);
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
    return { passed: 0, failed: 0, skipped: 0 }; // Jest wrote no result; its exit code shows what happened
  }
}

/** Runs `work` with the servers in `needs`, if any. */
export async function withServers(needs: Needs, work: (env: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  if (!needs.postgres && !needs.kafka) return work(process.env);
  const { withBackends } = await import('./backends.js');
  return withBackends(needs, env => work({ ...process.env, ...env }));
}
