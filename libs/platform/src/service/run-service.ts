import { watchFaults } from '../faults/fault-point.js';
import { createLog, type Log } from '../logging/log.js';
import { KafkaBus } from '../messaging/kafka-bus.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError, withSecretFiles } from '../settings/settings.js';
import { commands } from './commands.js';
import { CommandRefused, ownCommand } from './own-commands.js';
import { dependencyWaiter } from './dependency-waiter.js';
import { startObserving } from './observing.js';
import { serve, type RunningService } from './serve.js';
import type { ServiceDefinition } from './service-definition.js';
import { clockOf, databaseUrlOf, kafkaOf, problemsOf, readSettings } from './service-settings.js';
import { openStartUpServer } from './start-up-server.js';

/** The process ends within this time after a signal. */
const shutdownTimeoutMs = 10_000;

/**
 * Closes the process on a signal, once: npm repeats the Ctrl-C that the terminal has already sent, and a closed terminal sends SIGHUP.
 * The process exits after the time-out in any case; `delayMs` is the drain delay, which is added to it.
 */
export function closeOnSignal(log: Log, close: () => Promise<void>, delayMs = 0): void {
  let closing = false;
  const end = (signal: string): void => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'stopping');
    const giveUp = () => {
      log.error({ afterMs: shutdownTimeoutMs + delayMs }, 'the shutdown took too long');
      process.exit(1);
    };
    setTimeout(giveUp, shutdownTimeoutMs + delayMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'the shutdown failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
}

/** Throws one error with every fault in the settings of a service that is about to run. */
function refuseWrongSettings(definition: ServiceDefinition, environment: NodeJS.ProcessEnv): void {
  const problems = problemsOf(
    () => readSettings(definition, environment),
    () => definition.database !== false && databaseUrlOf(definition, environment),
    () => definition.database !== false && kafkaOf(environment),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Starts the service and waits for its dependencies; meanwhile a start-up server answers at its address. */
async function start(
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<RunningService> {
  const settings = new PlatformSettings(environment);
  const hasDatabase = definition.database !== false;
  const startUp = hasDatabase && settings.port !== 0 ? await openStartUpServer(settings) : undefined;
  const observing = await startObserving(settings, log);
  const kafka = hasDatabase ? kafkaOf(environment) : undefined;
  if (kafka && settings.isProduction && !kafka.security?.ssl)
    log.warn('The connection to Kafka has no TLS: anybody on the network can read and send events (CIEP_KAFKA_TLS)');
  const bus = kafka && new KafkaBus({ ...kafka, clientId: `ciep-${definition.name}`, log });
  try {
    const service = await serve(definition, {
      environment,
      log,
      clock: clockOf(settings),
      waitFor: dependencyWaiter({ log, signal, onChange: missing => startUp && (startUp.missing = missing) }),
      ...(startUp && { releasePort: () => startUp.close() }),
      ...(bus && { bus }),
      ...(hasDatabase && { databaseUrl: databaseUrlOf(definition, environment) }),
    });
    const close = service.close.bind(service);
    const running = {
      ...service,
      async close() {
        await close().finally(() => bus?.close());
        await observing.close();
      },
    };
    try {
      await service.untilKeysAreKnown();
      await service.seed();
      signal.throwIfAborted();
      service.begin();
      return running;
    } catch (error) {
      await running.close();
      throw error;
    }
  } finally {
    await startUp?.close();
  }
}

/**
 * Runs one service as a process of its own, on PostgreSQL and Kafka, and waits for them. With the name of a command as argument
 * (`migrate`, `resend` …) it runs the command and exits.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const log = createLog(process.env['CIEP_LOG_LEVEL'] ?? 'info');
  const abort = new AbortController();
  const { signal } = abort;
  let work: Promise<RunningService | undefined> = Promise.resolve(undefined);
  try {
    const environment = await withSecretFiles(process.env, definition.name);
    const [name, ...rest] = process.argv.slice(2);
    const own = definition.commands ?? {};
    const isOwn = name !== undefined && !commands.has(name) && Object.hasOwn(own, name);
    const command = isOwn ? ownCommand : commands.get(name ?? '');
    const args = isOwn ? [name, ...rest] : rest;
    if (name !== undefined && !command)
      throw new ConfigurationError([`there is no command ${name}: ${[...commands.keys(), ...Object.keys(own)].join(', ')}`]);
    if (!command) refuseWrongSettings(definition, environment);
    const settings = new PlatformSettings(environment);
    watchFaults(settings, definition.name);
    closeOnSignal(
      log,
      async () => {
        abort.abort();
        await (await work.catch(() => undefined))?.close();
      },
      command ? 0 : settings.drainDelayMs,
    );
    if (command) work = command(definition, environment, { args, log, signal }).then(() => process.exit(0));
    else work = start(definition, environment, { log, signal });
    const service = await work;
    log.info({ service: definition.name, url: service?.url }, 'ready');
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof CommandRefused) process.stderr.write(`${error.message}\n`);
    else log.fatal({ error }, error instanceof ConfigurationError ? error.message : 'the service could not start');
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  }
}
