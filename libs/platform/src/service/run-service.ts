import { SystemClock, type Clock } from '@ciep/kernel';
import { FileClock } from '../clock/file-clock.js';
import { watchFaults } from '../faults/fault-point.js';
import { createLog, type Log } from '../logging/log.js';
import { KafkaBus } from '../messaging/kafka-bus.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError, withSecretFiles } from '../settings/settings.js';
import { commands } from './commands.js';
import { CommandRefused, ownCommand } from './own-commands.js';
import { patient } from './patience.js';
import { startObserving } from './observing.js';
import { serve, type RunningService } from './serve.js';
import type { ServiceDefinition } from './service-definition.js';
import { databaseUrlOf, kafkaOf, problemsOf, readSettings } from './service-settings.js';
import { openWaitingRoom } from './waiting-room.js';

/** All is over within this time after a signal, in milliseconds. */
const shutdownDeadline = 10_000;

/** The business clock that the settings ask for. Throws when a production start asks for one that can be moved. */
export function clockOf(settings: PlatformSettings): Clock {
  if (settings.clockFile === undefined) return new SystemClock();
  if (settings.isProduction) throw new ConfigurationError(['CIEP_CLOCK_FILE moves the business clock and is for development only']);
  return new FileClock(settings.clockFile);
}

/**
 * Ends the process in order when it is told to, however often: npm passes Ctrl-C on although the terminal has sent it already,
 * and a terminal that is closed tells it, too. The deadline ends it in any case; `delayMs` is what draining waits before.
 */
export function closeOnSignal(log: Log, close: () => Promise<void>, delayMs = 0): void {
  let closing = false;
  const end = (signal: string): void => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'stopping');
    const giveUp = () => {
      log.error({ afterMs: shutdownDeadline + delayMs }, 'not everything was finished in time');
      process.exit(1);
    };
    setTimeout(giveUp, shutdownDeadline + delayMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'the end was not orderly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
}

/** All that is wrong with the settings of a service that is to run, at once. */
function refuseWrongSettings(definition: ServiceDefinition, environment: NodeJS.ProcessEnv): void {
  const problems = problemsOf(
    () => readSettings(definition, environment),
    () => definition.database !== false && databaseUrlOf(definition, environment),
    () => definition.database !== false && kafkaOf(environment),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Starts the service, waiting for what is not there yet; somebody answers at its address meanwhile. */
async function start(
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<RunningService> {
  const settings = new PlatformSettings(environment);
  const hasDatabase = definition.database !== false;
  const room = hasDatabase && settings.port !== 0 ? await openWaitingRoom(settings) : undefined;
  const observing = await startObserving(settings, log);
  const kafka = hasDatabase ? kafkaOf(environment) : undefined;
  if (kafka && settings.isProduction && !kafka.security?.ssl)
    log.warn('Kafka is spoken to without TLS: whoever is in the network can read the facts and send some (CIEP_KAFKA_TLS)');
  const bus = kafka && new KafkaBus({ ...kafka, clientId: `ciep-${definition.name}`, log });
  try {
    const service = await serve(definition, {
      environment,
      log,
      clock: clockOf(settings),
      patience: patient({ log, signal, onChange: missing => room && (room.missing = missing) }),
      ...(room && { makeWay: () => room.close() }),
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
    await room?.close();
  }
}

/**
 * Runs one service as a process of its own, on PostgreSQL and Kafka; what is not there yet is waited for. With the name of a
 * command as argument (`migrate`, `resend` …) it does that and ends.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const log = createLog(process.env['CIEP_LOG_LEVEL'] ?? 'info');
  const abort = new AbortController();
  const { signal } = abort;
  let work: Promise<RunningService | undefined> = Promise.resolve(undefined);
  try {
    const environment = await withSecretFiles(process.env, definition.name);
    const [name, ...args] = process.argv.slice(2);
    const command = name === undefined ? undefined : (commands[name] ?? ownCommand(definition, name, clockOf));
    if (name !== undefined && !command)
      throw new ConfigurationError([`there is no command ${name}: ${Object.keys({ ...commands, ...definition.commands }).join(', ')}`]);
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
