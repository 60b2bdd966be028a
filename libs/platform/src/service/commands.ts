import { eventCatalogue } from '@ciep/contracts';
import { migrate } from '../database/migrate.js';
import type { Log } from '../logging/log.js';
import { createTopics, emptyTopics } from '../messaging/kafka-topics.js';
import { resend } from '../messaging/resend.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { dependencyWaiter } from './dependency-waiter.js';
import type { ServiceDefinition } from './service-definition.js';
import { databaseUrlOf, kafkaOf, ownerUrlOf, problemsOf } from './service-settings.js';

/** A task that a service runs once, in a process that then ends: `node apps/<service>/dist/main.js <command>`. */
export type Command = (
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  context: { readonly args: readonly string[]; readonly log: Log; readonly signal: AbortSignal },
) => Promise<void>;

/** The topics of the events that a service publishes. */
const topicsOf = ({ name }: ServiceDefinition): string[] => [
  ...new Set([...eventCatalogue.values()].filter(event => event.service === name).map(event => event.topic)),
];

const migrateDatabaseAndTopics: Command = async (definition, environment, { log, signal }) => {
  if (definition.database === false) return;
  const problems = problemsOf(
    () => new PlatformSettings(environment),
    () => ownerUrlOf(definition, environment),
    () => databaseUrlOf(definition, environment),
    () => environment['KAFKA_BROKERS'] && kafkaOf(environment),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { kafkaBrokers, migrateWaitSeconds, topicRetentionDays: retentionDays } = new PlatformSettings(environment);
  const waitFor = dependencyWaiter({ log, signal, longestSeconds: migrateWaitSeconds });
  const applicationRole = decodeURIComponent(new URL(databaseUrlOf(definition, environment)).username);
  await waitFor('PostgreSQL', () =>
    migrate({
      ownerUrl: ownerUrlOf(definition, environment),
      service: definition.name,
      migrations: definition.migrations ?? [],
      applicationRole,
    }),
  );
  const topics = topicsOf(definition);
  if (kafkaBrokers !== undefined && topics.length > 0)
    await waitFor('Kafka', () => createTopics({ ...kafkaOf(environment), log }, topics, { retentionDays }));
};

const sendAgain: Command = async (definition, environment, { args, log }) => {
  const [option, instant = ''] = args;
  const since = new Date(instant);
  if (option !== '--since' || Number.isNaN(since.getTime()))
    throw new ConfigurationError(['resend --since <instant, as in 2023-03-20T08:00:00Z>']);
  const events = await resend(databaseUrlOf(definition, environment), since);
  log.info({ events, since }, 'the running service sends these events again');
};

const deleteMessages: Command = async (definition, environment, { log }) => {
  const topics = topicsOf(definition);
  await emptyTopics({ ...kafkaOf(environment), log }, topics);
  log.info({ topics }, 'the topics are empty now');
};

/** The commands by name. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['migrate', migrateDatabaseAndTopics],
  ['resend', sendAgain],
  ['empty-topics', deleteMessages],
]);
