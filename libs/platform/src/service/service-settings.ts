import { SystemClock, type Clock } from '@ciep/kernel';
import { FileClock } from '../clock/file-clock.js';
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

/** Address of a service's database for its application role. Throws ConfigurationError when it is missing or invalid. */
export const databaseUrlOf = (definition: ServiceDefinition, environment: NodeJS.ProcessEnv): string =>
  addressOf(definition, environment, 'DATABASE_URL', 'its database, as the application role');

/** Address of the same database for its owner, for migrations and restores. Throws ConfigurationError. */
export const ownerUrlOf = (definition: ServiceDefinition, environment: NodeJS.ProcessEnv): string =>
  addressOf(definition, environment, 'DATABASE_OWNER_URL', 'its database, as the owner');

/** The connection to Kafka. Throws one ConfigurationError with every fault. */
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

/** The business clock of the settings. Throws when a production start names a clock file. */
export function clockOf(settings: PlatformSettings): Clock {
  if (settings.clockFile === undefined) return new SystemClock();
  if (settings.isProduction) throw new ConfigurationError(['CIEP_CLOCK_FILE moves the business clock and is for development only']);
  return new FileClock(settings.clockFile);
}

/** The faults in any of these settings, each once. */
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

/** The platform's and the service's own settings. Throws one ConfigurationError with every fault. */
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
