// Everything that has to hold before a change lands: npm test. A failing step does not keep the others from running.
import { interrupted, node } from './child.js';
import { count, withServers, type Outcome } from './jest.js';
import { suites, type Suite } from './suites.js';
import { judgedSuite, noTests, verdict, type Step } from './verdict.js';

const steps: Step[] = [];

async function step(name: string, work: () => Promise<Outcome & { trouble?: string }>): Promise<void> {
  interrupted.throwIfAborted();
  console.log(`\n== ${name}`);
  const begun = performance.now();
  const outcome = await work();
  steps.push({ name, seconds: (performance.now() - begun) / 1000, ...outcome });
}

/** A step that is one of the installed command-line tools. */
const tool = (name: string, command: string, ...args: string[]) =>
  step(name, async () => ({ ...noTests, code: await node([`node_modules/.bin/${command}`, ...args]) }));

/** Runs suites that need the same servers, which they share. Servers that do not start fail each of the suites. */
async function levels(group: readonly Suite[]): Promise<void> {
  const open = new Set(group);
  try {
    await withServers(group[0]?.needs ?? { postgres: false, kafka: false }, async env => {
      for (const suite of group) {
        await step(suite.name, async () => judgedSuite(await count(suite, env)));
        open.delete(suite);
      }
      return 0;
    });
  } catch (error) {
    if (interrupted.aborted) throw error;
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    for (const { name } of open) steps.push({ ...noTests, name, code: 1, seconds: 0, trouble: 'did not run, see above' });
  }
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

try {
  await tool('format', 'prettier', '--check', '.');
  await tool('lint', 'eslint', '.', '--quiet');
  await tool('imports', 'depcruise', 'apps', 'libs', '--config', '.dependency-cruiser.mjs');
  await tool('types', 'tsc', '-b');
  await step('dependencies', async () => ({ ...noTests, code: await node(['--import', './tools/ts.mjs', 'tools/dependencies/check.ts']) }));
  for (const group of groups(suites)) await levels(group);

  const { code, text } = verdict(steps);
  console.log(`\n${text}`);
  process.exitCode = code;
} catch (error) {
  if (!interrupted.aborted) throw error;
  process.exitCode = 130;
}
