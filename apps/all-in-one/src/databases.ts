import { join } from 'node:path';
import { migrate, provisionDatabase, startEmbeddedPostgres, type ServiceDatabase, type ServiceDefinition } from '@ciep/platform';

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
 * Makes every service's database ready: those that `<SERVICE>_DATABASE_URL` names, the others on an embedded PostgreSQL
 * whose data stay in the data folder. A PostgreSQL of the machine is never picked up by itself.
 */
export async function startDatabases(
  services: readonly ServiceDefinition[],
  environment: NodeJS.ProcessEnv,
  options: { dataDir: string; fsync?: boolean },
): Promise<Databases> {
  const embedded = services.some(({ name }) => !given(name, environment))
    ? await startEmbeddedPostgres({
        dataDir: join(options.dataDir, 'postgres'),
        ...(options.fsync !== undefined && { fsync: options.fsync }),
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
