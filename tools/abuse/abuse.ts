// npm run abuse [-- seconds]: runs every attack at once on the services as separate processes, and measures the memory of each.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processNames } from '@ciep/contracts';
import { startSuite } from '../services/suite.js';
import { attacks } from './attacks.js';

const mostMiB = 350;
const seconds = Number(process.argv[2] ?? 30);

/** Resident set size; 0 for a process that has ended. */
const rssMiB = async (pid: number): Promise<number> =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0) / 1024;

/** Waits until all services are ready again, half a minute at most; returns those that are not. */
async function recovered(url: string): Promise<string> {
  let last = '';
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(500)) {
    last = await fetch(url).then(
      async answer => (answer.ok ? ((await answer.json()) as { missing: string[] }).missing.join(', ') : answer.text()),
      (error: unknown) => String(error),
    );
    if (last === '') break;
  }
  return last;
}

const dataDir = await mkdtemp(join(tmpdir(), 'ciep-abuse-'));
// The database server runs as another user and needs access to the folder.
await chmod(dataDir, 0o755);
const ends: string[] = [];
// This machine acts as a load balancer, so that each request can name another address.
const suite = await startSuite({
  dataDir,
  port: 0,
  fsync: false,
  environment: { GATEWAY_TRUSTED_PROXIES: '127.0.0.1' },
  onUnexpectedEnd: (name, reason) => ends.push(`${name} ended: ${reason}`),
});
try {
  const pids = new Map(processNames.map(name => [name, suite.service(name).pid ?? 0]));
  const measure = async () => new Map(await Promise.all([...pids].map(async ([name, pid]) => [name, await rssMiB(pid)] as const)));
  const before = await measure();
  const highest = new Map(before);
  const look = async () => {
    const present = await measure();
    for (const [name, now] of present) highest.set(name, Math.max(highest.get(name) ?? 0, now));
    return present;
  };
  const abort = AbortSignal.timeout(seconds * 1_000);
  const running = attacks.map(async attack => [attack.name, await attack.run(suite.url, abort)] as const);
  while (!abort.aborted) {
    await look();
    await sleep(200);
  }
  const statuses = await Promise.all(running);
  const missing = await recovered(`${suite.url}/health/ready`);
  const after = await look();

  process.stdout.write(`${seconds} seconds of every attack at once; memory as resident set size, in MiB\n\n`);
  for (const name of processNames) {
    const figures = [before, highest, after].map(each => String(Math.round(each.get(name) ?? NaN)).padStart(5));
    process.stdout.write(`${name.padEnd(14)}before ${figures[0]}  highest ${figures[1]}  after ${figures[2]}\n`);
  }
  process.stdout.write('\n');
  for (const [name, counts] of statuses)
    process.stdout.write(
      `${name}: ${Object.entries(counts)
        .map(([what, count]) => `${what} ${count}`)
        .join(', ')}\n`,
    );

  const tooMuch = processNames.filter(name => (highest.get(name) ?? Infinity) > mostMiB);
  const verdict = [
    ...tooMuch.map(name => `${name} took more than ${mostMiB} MiB`),
    ...ends,
    ...(missing === '' ? [] : [`not ready half a minute later: ${missing}`]),
  ];
  process.stdout.write(
    verdict.length === 0 ? `\nNo service took more than ${mostMiB} MiB, and all are ready.\n` : `\n${verdict.join('\n')}\n`,
  );
  process.exitCode = verdict.length === 0 ? 0 : 1;
} finally {
  await suite.stop();
  await rm(dataDir, { recursive: true, force: true });
}
