// Removes protections one by one and expects the checker to notice each: node --conditions=@ciep/source --import ./tools/ts.mjs tools/faults/controls/controls.ts
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { serviceNames } from '@ciep/contracts';
import { violationsOf, type Violation } from '../checker.js';
import { collectEvidence } from '../evidence.js';
import { Trial } from '../trial.js';
import type { Control } from './control.js';
import { lateFlush } from './durability.js';
import { cursorPolling, noDeduplication, resolvedFirst } from './messages.js';

/** Every control that needs the whole platform. Each breaks another service, so that one platform serves several; the last one runs alone. */
const controls: readonly (readonly Control[])[] = [[noDeduplication, resolvedFirst, cursorPolling], [lateFlush]];

/** The violations by which a control was found. */
export interface Caught {
  readonly control: Control;
  readonly violations: readonly Violation[];
  /** From the removal of the protection to the result. */
  readonly seconds: number;
}

/** Events that can arrive do so within this time; the checker looks for those that cannot. */
const longestWaitMs = 15_000;

/** Runs every control; `say` prints each step. */
export async function playControls(say: (line: string) => void): Promise<readonly Caught[]> {
  const modules = new Map(controls.flat().flatMap(({ module }) => (module ? [[module.service, module.file]] : [])));
  const trial = await Trial.start({
    exhibitors: 6,
    spoil: (service, environment) => {
      const file = modules.get(service);
      if (file === undefined) return environment;
      return { ...environment, NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, file)).href}` };
    },
  });
  try {
    const caught: Caught[] = [];
    for (const together of controls) caught.push(...(await play(trial, together, say)));
    return caught;
  } finally {
    await trial.stop();
  }
}

async function play(trial: Trial, together: readonly Control[], say: (line: string) => void): Promise<Caught[]> {
  const begun = performance.now();
  for (const { disarm } of together) await disarm?.(trial);
  await trial.underTraffic(async () => {
    for (const { name, about, injectFault } of together) {
      say(`${name}: ${about}`);
      await injectFault(trial);
    }
  });
  const violations = await verdict(trial);
  const seconds = (performance.now() - begun) / 1_000;
  return together.map(control => ({ control, violations: violations.filter(control.isCulprit), seconds }));
}

/** Does not wait the minute for the platform to become idle, because this one never does. */
async function verdict(trial: Trial): Promise<Violation[]> {
  await trial.stage.heal();
  for (const end = Date.now() + longestWaitMs; Date.now() < end && (await waiting(trial)) > 0;) await sleep(250);
  const received: string[] = [];
  return violationsOf(await collectEvidence(trial.stage, { operations: trial.history.operations, received }));
}

async function waiting({ stage }: Trial): Promise<number> {
  const counts = await Promise.all(
    serviceNames.map(service => stage.query<{ open: number }>(service, `SELECT count(*)::int AS open FROM inbox WHERE status = 'waiting'`)),
  );
  return counts.reduce((sum, [row]) => sum + (row?.open ?? 0), 0);
}

if (import.meta.main) {
  const caught = await playControls(line => console.log(line));
  for (const { control, violations, seconds } of caught) {
    const found = violations.length > 0 ? `found out ${violations.length} times` : 'NOT NOTICED';
    console.log(`${control.name}  ${found.padEnd(24)} ${seconds.toFixed(0).padStart(4)} s  ${control.about}`);
    for (const { rule, what } of violations.slice(0, 2)) console.log(`      ${rule}: ${what}`);
  }
  process.exitCode = caught.every(({ violations }) => violations.length > 0) ? 0 : 1;
}
