import { factTypes } from '@ciep/contracts';
import { migrate } from '../database/migrate.js';
import type { Log } from '../logging/log.js';
import { createTopics, emptyTopics } from '../messaging/kafka-topics.js';
import { resend } from '../messaging/resend.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { patient } from './patience.js';
import type { ServiceDefinition } from './service-definition.js';
import { databaseUrlOf, kafkaOf, ownerUrlOf, problemsOf } from './service-settings.js';

/** Something a service does once, in a process that ends: `node apps/<service>/dist/main.js <command>`. */
export type Command = (
  definition: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
  context: { readonly args: readonly string[]; readonly log: Log; readonly signal: AbortSignal },
) => Promise<void>;

/** The topics of the facts that a service tells. */
const topicsOf = ({ name }: ServiceDefinition): string[] => [
  ...new Set([...factTypes.values()].filter(fact => fact.service === name).map(fact => fact.topic)),
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
  const patience = patient({ log, signal, longestSeconds: migrateWaitSeconds });
  const applicationRole = decodeURIComponent(new URL(databaseUrlOf(definition, environment)).username);
  await patience('PostgreSQL', () =>
    migrate({
      ownerUrl: ownerUrlOf(definition, environment),
      service: definition.name,
      migrations: definition.migrations ?? [],
      applicationRole,
    }),
  );
  const topics = topicsOf(definition);
  if (kafkaBrokers !== undefined && topics.length > 0)
    await patience('Kafka', () => createTopics({ ...kafkaOf(environment), log }, topics, { retentionDays }));
};

const sendAgain: Command = async (definition, environment, { args, log }) => {
  const [option, instant = ''] = args;
  const since = new Date(instant);
  if (option !== '--since' || Number.isNaN(since.getTime()))
    throw new ConfigurationError(['resend --since <instant, as in 2023-03-20T08:00:00Z>']);
  const facts = await resend(databaseUrlOf(definition, environment), since);
  log.info({ facts, since }, 'these facts are sent again as soon as the service runs');
};

const forgetMessages: Command = async (definition, environment, { log }) => {
  const topics = topicsOf(definition);
  await emptyTopics({ ...kafkaOf(environment), log }, topics);
  log.info({ topics }, 'these topics are empty');
};

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = {
  migrate: migrateDatabaseAndTopics,
  resend: sendAgain,
  'empty-topics': forgetMessages,
};
