import { join } from 'node:path';
import { migrate, provisionDatabase, type ServiceDatabase, type ServiceDefinition } from '@ciep/platform';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.js';

/** The databases of all services. */
export interface Databases {
  /** Address of a service's database, as its application role, migrated. */
  urlOf(service: string): string;
  stop(): Promise<void>;
}

/** Addresses given by settings, as owner and as application. */
function given(service: string, environment: NodeJS.ProcessEnv): ServiceDatabase | undefined {
  const applicationUrl = environment[`${service.toUpperCase()}_DATABASE_URL`];
  if (!applicationUrl) return undefined;
  const ownerUrl = environment[`${service.toUpperCase()}_DATABASE_OWNER_URL`] ?? applicationUrl;
  return { ownerUrl, applicationUrl, applicationRole: decodeURIComponent(new URL(applicationUrl).username) };
}

/**
 * Prepares every service's database: those in `<SERVICE>_DATABASE_URL`, and the others on an embedded PostgreSQL with its data in the data
 * folder. It never uses another PostgreSQL of the machine by default.
 */
export async function startDatabases(
  services: readonly ServiceDefinition[],
  environment: NodeJS.ProcessEnv,
  options: { dataDir: string; fsync?: boolean; report?: (message: string) => void },
): Promise<Databases> {
  const embedded = services.some(({ name }) => !given(name, environment))
    ? await startEmbeddedPostgres({
        dataDir: join(options.dataDir, 'postgres'),
        ...(options.fsync !== undefined && { fsync: options.fsync }),
        ...(options.report && { report: options.report }),
      })
    : undefined;
  try {
    const urls = await Promise.all(
      services.map(async ({ name, migrations = [] }) => {
        const database = given(name, environment) ?? (await provisionDatabase(embedded?.url() ?? '', name));
        await migrate({ ownerUrl: database.ownerUrl, service: name, migrations, applicationRole: database.applicationRole });
        return [name, database.applicationUrl] as const;
      }),
    );
    const byService = new Map(urls);
    return {
      urlOf: service => byService.get(service) ?? '',
      stop: async () => embedded?.stop(),
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
