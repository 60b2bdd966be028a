// npm run services: the code of npm start as separate processes over PostgreSQL and Kafka. Ctrl-C stops everything.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { processNames, type ProcessName } from '@ciep/contracts';
import { EmbeddedPostgresError } from '../../apps/all-in-one/src/embedded/embedded-postgres-error.js';
import { KafkaMissing } from '../kafka/kafka.js';
import { FolderInUse, FolderUnusable, PortTaken, startSuite, type Suite } from './suite.js';

const dataDir = join(process.env['CIEP_DATA_DIR'] ?? '.data', 'services');
const restartWindow = 5 * 60_000;
const mostRestarts = 5;

const ends = new Map<string, number[]>();
const abort = new AbortController();
let stopping: Promise<never> | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

const started = startSuite({ dataDir, port: Number(process.env['PORT'] ?? 3000), onUnexpectedEnd: startAgain, signal: abort.signal });
try {
  process.stdout.write(banner(await started));
} catch (error) {
  if (!abort.signal.aborted) {
    const isExpected =
      error instanceof PortTaken ||
      error instanceof FolderInUse ||
      error instanceof FolderUnusable ||
      error instanceof EmbeddedPostgresError ||
      error instanceof KafkaMissing;
    process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    void stop(1);
  }
}

/** A service exits if it cannot recover (from a lost Kafka, for example); it is then restarted a limited number of times. */
function startAgain(name: string, reason: string): void {
  if (stopping) return;
  process.stderr.write(`${name} ended (${reason})\n`);
  const recent = [...(ends.get(name) ?? []), Date.now()].filter(at => Date.now() - at < restartWindow);
  ends.set(name, recent);
  if (recent.length > mostRestarts) {
    process.stderr.write(`${name} ended ${recent.length} times within 5 minutes. Everything stops; see ${dataDir}/logs/${name}.log\n`);
    void stop(1);
    return;
  }
  setTimeout(() => void revive(name as ProcessName), 1_000);
}

async function revive(name: ProcessName): Promise<void> {
  if (stopping) return;
  try {
    await (await started).service(name).start();
    process.stderr.write(`${name} runs again\n`);
  } catch (error) {
    startAgain(name, error instanceof Error ? error.message : String(error));
  }
}

/** Stops once, however many signals arrive: npm passes on the Ctrl-C that the terminal has already sent. */
function stop(code: number): Promise<never> {
  abort.abort();
  stopping ??= started
    .then(
      suite => suite.stop().catch((error: unknown) => process.stderr.write(`The shutdown failed: ${String(error)}\n`)),
      () => undefined, // it did not start, and reported why
    )
    .then(() => process.exit(code));
  return stopping;
}

/** The banner of `npm start`, from its own module in a short-lived process, and where to find more. */
function banner(suite: Suite): string {
  const { url, brokers } = suite;
  const script = `import { banner } from './apps/all-in-one/dist/banner.js'; process.stdout.write(banner(${JSON.stringify(url)}));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  const lines = processNames.map(name => `    ${name.padEnd(13)} ${suite.service(name).url}   process ${suite.service(name).pid}`);
  return [text.trimEnd(), '', `  As separate processes, over Kafka at ${brokers}; logs in ${dataDir}/logs`, ...lines, '', ''].join('\n');
}
