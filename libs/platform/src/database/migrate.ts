import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { CreatePlatformTables1690000000001 } from './platform-tables.js';

const migrationLock = 7_318_002;

/** A class of a migration. */
export type Migration = new () => MigrationInterface;

/** The service is behind its migrations: serving would meet missing tables. */
export class MigrationsPending extends Error {
  constructor(service: string) {
    super(`The database of ${service} is behind: run its migrations first (node apps/${service}/dist/main.js migrate).`);
    this.name = 'MigrationsPending';
  }
}

const source = (url: string, service: string, migrations: readonly Migration[]): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    applicationName: `${service}-migrations`,
    migrations: [CreatePlatformTables1690000000001, ...migrations],
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: 2,
  });

/**
 * Brings a database to the present schema, as its owner, under a lock that makes instances wait for each other; then gives
 * the application role what it needs and no more: no DDL, and the audit trail can only be added to.
 */
export async function migrate(options: {
  ownerUrl: string;
  service: string;
  migrations: readonly Migration[];
  applicationRole: string;
}): Promise<void> {
  const lock = new pg.Client({ connectionString: options.ownerUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const dataSource = await source(options.ownerUrl, options.service, options.migrations).initialize();
    await dataSource.runMigrations().finally(() => dataSource.destroy());
    const role = pg.escapeIdentifier(options.applicationRole);
    await lock.query(`
      GRANT USAGE ON SCHEMA public TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};
      REVOKE UPDATE, DELETE ON audit_entries FROM ${role};
      REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${role};
    `);
  } finally {
    await lock.end();
  }
}

/** Throws {@link MigrationsPending} when a migration has not run. Reads only. */
export async function refusePendingMigrations(dataSource: DataSource, service: string, migrations: readonly Migration[]): Promise<void> {
  const expected = [CreatePlatformTables1690000000001, ...migrations].map(migration => migration.name);
  const rows: { name: string }[] = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations').catch(() => []);
  const done = new Set(rows.map(row => row.name));
  if (expected.some(name => !done.has(name))) throw new MigrationsPending(service);
}
