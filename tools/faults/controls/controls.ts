// Takes protections away, one after the other, and expects the checker to notice each: node --conditions=@ciep/source --import ./tools/ts.mjs tools/faults/controls/controls.ts
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { judge, type Violation } from '../checker.js';
import { collectEvidence } from '../evidence.js';
import { keepers } from '../stage.js';
import { Trial } from '../trial.js';
import type { Control } from './control.js';
import { lateFlush } from './durability.js';
import { cursorPolling, noDeduplication, resolvedFirst } from './messages.js';

/** Every control that needs the whole platform; each spoils another service, so that one platform serves all. The last one comes alone. */
const controls: readonly (readonly Control[])[] = [[noDeduplication, resolvedFirst, cursorPolling], [lateFlush]];

/** What a control was found out by. */
export interface Caught {
  readonly control: Control;
  readonly violations: readonly Violation[];
  /** From taking the protection away to the verdict. */
  readonly seconds: number;
}

/** Facts that can arrive have arrived within so long; those that cannot are what is looked for. */
const patience = 15_000;

/** Plays every control; `say` hears of each step. */
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
    for (const { name, about, hurt } of together) {
      say(`${name}: ${about}`);
      await hurt(trial);
    }
  });
  const violations = await verdict(trial);
  const seconds = (performance.now() - begun) / 1_000;
  return together.map(control => ({ control, violations: violations.filter(control.isCulprit), seconds }));
}

/** Without the minute that a whole platform is given to come to rest: this one never does. */
async function verdict(trial: Trial): Promise<Violation[]> {
  await trial.stage.heal();
  for (const end = Date.now() + patience; Date.now() < end && (await waiting(trial)) > 0;) await sleep(250);
  const received: string[] = [];
  return judge(await collectEvidence(trial.stage, { operations: trial.history.operations, received }));
}

async function waiting({ stage }: Trial): Promise<number> {
  const counts = await Promise.all(
    keepers.map(service => stage.query<{ open: number }>(service, `SELECT count(*)::int AS open FROM inbox WHERE status = 'waiting'`)),
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
