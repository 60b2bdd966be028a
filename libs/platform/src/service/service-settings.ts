import type { KafkaAddress } from '../messaging/kafka-client.js';
import { KafkaSecuritySettings, type KafkaSecurity } from '../messaging/kafka-security-settings.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { refuseUnfit } from '../settings/production.js';
import { ConfigurationError } from '../settings/settings.js';
import type { ServiceDefinition } from './service-definition.js';

const addressOf = (definition: ServiceDefinition, environment: NodeJS.ProcessEnv, suffix: string, meaning: string): string => {
  const key = `${definition.name.toUpperCase()}_${suffix}`;
  const url = environment[key];
  if (!url) throw new ConfigurationError([`${key} (${meaning}): is missing`]);
  if (!/^postgres(?:ql)?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new ConfigurationError([`${key} (${meaning}): is no postgres:// address`]);
  return url;
};

/** Address of a service's database as its application role. Throws ConfigurationError when it is missing or no address. */
export const databaseUrlOf = (definition: ServiceDefinition, environment: NodeJS.ProcessEnv): string =>
  addressOf(definition, environment, 'DATABASE_URL', 'its database, as the application role');

/** Address of the same database as its owner, for migrations and restores. Throws ConfigurationError. */
export const ownerUrlOf = (definition: ServiceDefinition, environment: NodeJS.ProcessEnv): string =>
  addressOf(definition, environment, 'DATABASE_OWNER_URL', 'its database, as the owner');

/** Where Kafka is and how it is spoken to. Throws one ConfigurationError with all that is wrong or missing. */
export function kafkaOf(environment: NodeJS.ProcessEnv): KafkaAddress {
  const { KAFKA_BROKERS: brokers } = environment;
  const read: { security?: KafkaSecurity } = {};
  const problems = [
    ...(brokers ? [] : ['KAFKA_BROKERS (Kafka brokers, host:port separated by commas): is missing']),
    ...problemsOf(() => (read.security = new KafkaSecuritySettings(environment).security)),
  ];
  if (!brokers || !read.security || problems.length > 0) throw new ConfigurationError(problems);
  return { brokers, security: read.security };
}

/** What is wrong with any of these settings, all together, each thing once. */
export const problemsOf = (...readings: readonly (() => unknown)[]): string[] => [
  ...new Set(
    readings.flatMap(read => {
      try {
        read();
        return [];
      } catch (error) {
        if (error instanceof ConfigurationError) return error.problems;
        throw error;
      }
    }),
  ),
];

/** The settings of a service that is to serve: the platform's and its own. Throws one ConfigurationError with all that is wrong with them. */
export function readSettings(
  { name, config: Config }: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
): { settings: PlatformSettings; config: object | undefined } {
  const read: { settings?: PlatformSettings; config?: object } = {};
  const problems = problemsOf(
    () => refuseUnfit((read.settings = new PlatformSettings(environment)), environment, name),
    () => Config && (read.config = new Config(environment)),
  );
  if (!read.settings || problems.length > 0) throw new ConfigurationError(problems);
  return { settings: read.settings, config: read.config };
}
