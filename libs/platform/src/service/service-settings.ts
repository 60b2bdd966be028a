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

/** What is wrong with any of these settings, all together. */
export const problemsOf = (...readings: readonly (() => unknown)[]): string[] =>
  readings.flatMap(read => {
    try {
      read();
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  });
