import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, provisionDatabase, startEmbeddedPostgres, type ServiceDatabase, type ServiceDefinition } from '@ciep/platform';

/** Runs work on a migrated, empty database of a service, on a PostgreSQL of its own with fsync on. */
export async function withOwnDatabase<R>(
  { name, migrations = [] }: ServiceDefinition,
  work: (database: ServiceDatabase, adminUrl: string) => Promise<R>,
): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), 'ciep-bench-'));
  // The database server runs as a user of its own and has to get through.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    const database = await provisionDatabase(server.url(), name);
    await migrate({ ...database, service: name, migrations });
    return await work(database, server.url(name));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
