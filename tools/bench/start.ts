import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { type Line, median, type Part, spread } from './part.js';
import { familyOf } from './processes.js';

const root = join(import.meta.dirname, '../..');
const times = 2;

/** Seconds from the command to the banner, which is printed when everything is ready; then stops it again. */
async function secondsToReady(dataDir: string): Promise<number> {
  const began = performance.now();
  const env = { ...process.env, CIEP_DATA_DIR: dataDir, PORT: String(await freePort()) };
  const npm = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(npm, 'exit');
  try {
    await Promise.race([untilBanner(npm), ended.then(() => Promise.reject(new Error('npm start ended before it was ready')))]);
    return (performance.now() - began) / 1_000;
  } finally {
    // The platform itself: stopping npm would leave it running for a moment.
    const last = familyOf(npm.pid ?? 0).findLast(pid => pid !== npm.pid);
    if (last !== undefined) process.kill(last, 'SIGTERM');
    await ended;
  }
}

function untilBanner({ stdout }: ChildProcess): Promise<void> {
  let printed = '';
  return new Promise(done =>
    stdout?.on('data', chunk => {
      printed += String(chunk);
      if (printed.includes('CIEP is running')) done();
    }),
  );
}

function line(what: string, seconds: readonly number[], goal: number): Line {
  return { what, goal: `≤ ${goal} s`, reached: `${spread(seconds, 1)} s`, isMet: median(seconds) <= goal };
}

/** `npm start` until everything is ready: first on an empty folder, then on the existing data. */
export const start: Part = {
  name: 'start',
  async run() {
    const [first, again]: [number[], number[]] = [[], []];
    for (let time = 0; time < times; time += 1) {
      const dataDir = await mkdtemp(join(tmpdir(), 'ciep-bench-start-'));
      await chmod(dataDir, 0o711);
      first.push(await secondsToReady(dataDir));
      again.push(await secondsToReady(dataDir));
      await rm(dataDir, { recursive: true, force: true });
    }
    return [
      line('`npm start` to ready the first time: built, databases made and demo edition loaded', first, 15),
      line('`npm start` to ready, built and initialised', again, 5),
    ];
  },
};
