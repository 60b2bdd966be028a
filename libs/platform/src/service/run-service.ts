import { SystemClock, type Clock } from '@ciep/kernel';
import { factTypes } from '@ciep/contracts';
import { FileClock } from '../clock/file-clock.js';
import { migrate } from '../database/migrate.js';
import { watchFaults } from '../faults/fault-point.js';
import { createLog, type Log } from '../logging/log.js';
import { KafkaBus } from '../messaging/kafka-bus.js';
import { createTopics } from '../messaging/kafka-topics.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError, withSecretFiles } from '../settings/settings.js';
import { serve, type RunningService } from './serve.js';
import type { ServiceDefinition } from './service-definition.js';

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
 * and a terminal that is closed tells it, too. The deadline ends it in any case.
 */
export function closeOnSignal(log: Log, close: () => Promise<void>): void {
  let closing = false;
  const end = (signal: string): void => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), shutdownDeadline).unref();
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

const variable = (definition: ServiceDefinition, name: string): string => `${definition.name.toUpperCase()}_${name}`;

async function migrateOnly(
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  brokers: string | undefined,
  log: Log,
): Promise<void> {
  const ownerUrl = environment[variable(definition, 'DATABASE_OWNER_URL')];
  const applicationUrl = environment[variable(definition, 'DATABASE_URL')];
  if (!ownerUrl || !applicationUrl) {
    throw new ConfigurationError([
      `${variable(definition, 'DATABASE_OWNER_URL')} and ${variable(definition, 'DATABASE_URL')} are needed to migrate`,
    ]);
  }
  await migrate({
    ownerUrl,
    service: definition.name,
    migrations: definition.migrations ?? [],
    applicationRole: decodeURIComponent(new URL(applicationUrl).username),
  });
  const topics = new Set([...factTypes.values()].filter(fact => fact.service === definition.name).map(fact => fact.topic));
  if (brokers !== undefined && topics.size > 0) await createTopics({ brokers, log }, [...topics]);
}

function busOf(definition: ServiceDefinition, settings: PlatformSettings, log: Log): MessageBus | undefined {
  if (definition.database === false) return undefined;
  if (settings.kafkaBrokers === undefined)
    throw new ConfigurationError(['KAFKA_BROKERS (Kafka brokers, host:port separated by commas): is missing']);
  return new KafkaBus({ brokers: settings.kafkaBrokers, clientId: `ciep-${definition.name}`, log });
}

async function start(
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  settings: PlatformSettings,
  log: Log,
): Promise<RunningService> {
  const bus = busOf(definition, settings, log);
  const databaseUrl = environment[variable(definition, 'DATABASE_URL')];
  const service = await serve(definition, {
    environment,
    log,
    clock: clockOf(settings),
    ...(bus && { bus }),
    ...(databaseUrl !== undefined && { databaseUrl }),
  });
  closeOnSignal(log, async () => {
    await service.close();
    await bus?.close();
  });
  await service.seed();
  service.begin();
  return service;
}

/**
 * Runs one service as a process of its own, on PostgreSQL and Kafka. With the argument `migrate` it brings its database and
 * topics up to date and ends.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const log = createLog(process.env['CIEP_LOG_LEVEL'] ?? 'info');
  try {
    const environment = await withSecretFiles(process.env, definition.name);
    const settings = new PlatformSettings(environment);
    watchFaults(settings, definition.name);
    if (process.argv[2] === 'migrate') return await migrateOnly(definition, environment, settings.kafkaBrokers, log);
    const service = await start(definition, environment, settings, log);
    log.info({ service: definition.name, url: service.url }, 'ready');
  } catch (error) {
    log.fatal({ error }, error instanceof ConfigurationError ? error.message : 'the service could not start');
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  }
}
