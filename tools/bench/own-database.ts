import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, provisionDatabase, type ServiceDatabase, type ServiceDefinition } from '@ciep/platform';
import { startEmbeddedPostgres } from '../../apps/all-in-one/src/embedded/embedded-postgres.js';

/** Runs work on a migrated, empty database of a service, on its own PostgreSQL with fsync on. */
export async function withOwnDatabase<R>(
  { name, migrations = [] }: ServiceDefinition,
  work: (database: ServiceDatabase, adminUrl: string) => Promise<R>,
): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), 'ciep-bench-'));
  // The database server runs as another user and needs access.
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
