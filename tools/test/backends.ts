// Runs something with disposable backends: a real PostgreSQL and, if requested, a real Kafka.
// As a command: node --conditions=@ciep/source --import ./tools/ts.mjs tools/test/backends.ts [--kafka] -- <command…>
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/all-in-one/src/embedded/embedded-postgres.js';
import { kafkaOrThrow, startKafka } from '../kafka/kafka.js';

/** The backends of a run. One that the caller's environment already names is used and left running. */
export interface Wanted {
  /** PostgreSQL: CIEP_TEST_DATABASE_URL, superuser URL of the database `postgres`. */
  readonly postgres: boolean;
  /** Kafka: KAFKA_BROKERS. */
  readonly kafka: boolean;
}

/** Environment variables with the addresses of the backends. */
export type BackendEnv = Readonly<Record<string, string>>;

/**
 * Starts the wanted backends, runs, and stops everything that it started, also after an error, SIGINT or SIGTERM. After a signal, `signal`
 * fires first, and the process exits with 128 + the number of the signal once `run` has settled or after 5 seconds.
 *
 *     process.exitCode = await withBackends({ postgres: true, kafka: false }, (env, signal) => runCommand('jest', [], env, signal));
 *
 * @returns the exit code from `run`
 */
export async function withBackends(
  { postgres, kafka }: Wanted,
  run: (env: BackendEnv, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const abort = new AbortController();
  let caught: 'SIGINT' | 'SIGTERM' | undefined;
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => {
    caught ??= name;
    abort.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);

  const env: Record<string, string> = {};
  const stops: (() => Promise<void>)[] = [];
  try {
    if (kafka && !process.env['KAFKA_BROKERS']) kafkaOrThrow('bus and journey tests');
    if (postgres && !process.env['CIEP_TEST_DATABASE_URL']) {
      const folder = temporaryFolder();
      stops.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
      const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), fsync: false });
      stops.push(() => server.stop());
      env['CIEP_TEST_DATABASE_URL'] = server.url();
    }
    if (kafka && !process.env['KAFKA_BROKERS'] && !abort.signal.aborted) {
      const folder = temporaryFolder();
      stops.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
      const broker = await startKafka({ dir: folder, signal: abort.signal });
      stops.push(() => broker.stop());
      env['KAFKA_BROKERS'] = broker.brokers;
    }
    if (abort.signal.aborted) return 1;
    return await Promise.race([run(env, abort.signal), afterAbort(abort.signal)]);
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error: unknown) => console.error(error));
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    // A signal ends the process, whatever `run` returns.
    if (caught) process.exit(128 + constants.signals[caught]);
  }
}

/** Runs a command in its own process group, which `signal` kills, so that nothing is left behind. */
export function runCommand(command: string, args: readonly string[], env: BackendEnv, signal: AbortSignal): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env }, detached: true });
    const end = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // the group is gone already
      }
    };
    signal.addEventListener('abort', end);
    child.once('error', failed);
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', end);
      end();
      done(code ?? 128 + (killedBy ? constants.signals[killedBy] : 0));
    });
  });
}

function afterAbort(signal: AbortSignal): Promise<number> {
  return new Promise(late => signal.addEventListener('abort', () => setTimeout(() => late(1), 5_000)));
}

// Root's server runs as the user postgres, who needs access.
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ciep-'));
  chmodSync(folder, 0o755);
  return folder;
}

if (import.meta.main) {
  const divider = process.argv.indexOf('--');
  const [command, ...args] = divider < 0 ? [] : process.argv.slice(divider + 1);
  if (!command) {
    console.error('usage: backends.ts [--kafka] -- <command…>');
    process.exit(2);
  }
  const kafka = process.argv.slice(2, divider).includes('--kafka');
  try {
    process.exitCode = await withBackends({ postgres: true, kafka }, (env, signal) => runCommand(command, args, env, signal));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
