// npm run bench [-- <part> …]: measures the built platform against the goals of docs/performance.md, with both sides of a ratio alternating
// in one run and fsync on. Prints median and spread of the rounds. Linux only: it reads /proc.
import { cpus } from 'node:os';
import { approval } from './approval.js';
import { audit } from './audit.js';
import { cost } from './cost.js';
import { idle, memoryAfterLoad } from './footprint.js';
import { gateway } from './gateway.js';
import { OneProcess } from './one-process.js';
import type { Line, Part, Stage } from './part.js';
import { load } from './processes.js';
import { reading } from './reading.js';
import { retention } from './retention.js';
import { rows } from './rows.js';
import { services } from './services.js';
import { start } from './start.js';

const parts: readonly Part[] = [start, idle, reading, cost, approval, memoryAfterLoad, gateway, services];

/** Long parts, which run only by name. */
const onlyByName: readonly Part[] = [rows, retention, audit];

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => ![...parts, ...onlyByName].some(part => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: ${[...parts, ...onlyByName].map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

let started: Promise<OneProcess> | undefined;
const stage: Stage = { platform: () => (started ??= OneProcess.start()) };

const shown = ({ what, goal, reached, isMet }: Line): string =>
  `| ${what} | ${goal ?? 'recorded'} | ${reached} | ${isMet === undefined ? '' : isMet ? 'met' : 'missed'} |`;

const began = performance.now();
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; load averages (1 / 5 min) now ${load()}\n`);
console.log('| What | Goal | Reached: median (least–most) | |\n|---|---|---|---|');
try {
  for (const part of wanted.length === 0 ? parts : [...parts, ...onlyByName].filter(({ name }) => wanted.includes(name))) {
    for (const line of await part.run(stage)) console.log(shown(line));
  }
} finally {
  await (await started)?.stop();
}
console.log(`\n${Math.round((performance.now() - began) / 1_000)} s in all; load averages at the end ${load()}`);
