// Everything that has to hold before a change lands: npm test. A failing step does not keep the others from running.
import { interrupted, node } from './child.js';
import { count, withServers, type Outcome } from './jest.js';
import { suites, type Suite } from './suites.js';

interface Step extends Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly trouble?: string;
}

const steps: Step[] = [];
const nothing = { passed: 0, failed: 0, skipped: 0 };
const ok = (step: Outcome) => step.code === 0 && step.failed === 0;

async function timed(name: string, work: () => Promise<Outcome & { trouble?: string }>): Promise<void> {
  interrupted.throwIfAborted();
  console.log(`\n== ${name}`);
  const begun = performance.now();
  const outcome = await work();
  const step = { name, seconds: (performance.now() - begun) / 1000, ...outcome };
  // A step without a failing test that still ended badly (lint, a server that did not start) is one failure.
  steps.push(step.code !== 0 && step.failed === 0 ? { ...step, failed: 1 } : step);
}

/** One of the installed command-line tools. */
const tool = (step: string, name: string, ...args: string[]) =>
  timed(step, async () => ({ ...nothing, code: await node([`node_modules/.bin/${name}`, ...args]) }));

try {
  await tool('format', 'prettier', '--check', '.');
  await tool('lint', 'eslint', '.', '--quiet');
  await tool('imports', 'depcruise', 'apps', 'libs', '--config', '.dependency-cruiser.mjs');
  await tool('types', 'tsc', '-b');
  for (const group of groups(suites)) await levels(group);
  report();
} catch (error) {
  if (!interrupted.aborted) throw error;
  process.exitCode = 130;
}

/** Runs suites that need the same servers, which they share. Servers that do not start fail each of the suites. */
async function levels(group: readonly Suite[]): Promise<void> {
  const open = new Set(group);
  try {
    await withServers(group[0]?.needs ?? { postgres: false, kafka: false }, async env => {
      for (const suite of group) {
        await timed(suite.name, () => judged(suite, env));
        open.delete(suite);
      }
      return 0;
    });
  } catch (error) {
    if (interrupted.aborted) throw error;
    const trouble = error instanceof Error ? error.message : String(error);
    console.error(`\n${trouble}`);
    for (const { name } of open) steps.push({ ...nothing, name, code: 1, failed: 1, seconds: 0, trouble: 'did not run, see above' });
  }
}

async function judged(suite: Suite, env: NodeJS.ProcessEnv): Promise<Outcome & { trouble?: string }> {
  const outcome = await count(suite, env);
  if (outcome.skipped > 0) return { ...outcome, code: 1, trouble: `${outcome.skipped} tests did not run` };
  if (outcome.passed + outcome.failed === 0) return { ...outcome, code: 1, trouble: 'there was no test' };
  return outcome;
}

/** Neighbours with the same needs, together. */
function groups(all: readonly Suite[]): Suite[][] {
  const grouped: Suite[][] = [];
  for (const suite of all) {
    const last = grouped.at(-1);
    if (last?.[0]?.needs === suite.needs) last.push(suite);
    else grouped.push([suite]);
  }
  return grouped;
}

function report(): void {
  const sum = (key: 'passed' | 'failed') => steps.reduce((total, step) => total + step[key], 0);
  console.log('');
  for (const step of steps) {
    const tests = step.passed + step.failed > 0 ? `${step.passed} passed, ${step.failed} failed` : '';
    console.log(
      [ok(step) ? 'ok    ' : 'FAILED', step.name.padEnd(9), `${step.seconds.toFixed(0)} s`.padStart(6), tests, step.trouble]
        .join('  ')
        .trimEnd(),
    );
  }
  process.exitCode = steps.every(ok) ? 0 : 1;
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
}
