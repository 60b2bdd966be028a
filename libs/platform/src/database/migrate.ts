import pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { withConnection } from './connection.js';
import { CreatePlatformTables1690000000001 } from './platform-tables.js';

const migrationLock = 7_318_002;

/** The class of a migration. */
export type Migration = new () => MigrationInterface;

/** The database lacks migrations that the service needs. */
export class MigrationsPending extends Error {
  constructor(service: string) {
    super(`The database of ${service} is behind: run its migrations first (node apps/${service}/dist/main.js migrate).`);
    this.name = 'MigrationsPending';
  }
}

/** A migration failed; it and all migrations of the same run were rolled back. */
export class MigrationFailed extends Error {
  constructor(service: string, migration: string, cause: unknown) {
    super(
      `${migration} of ${service} failed: ${cause instanceof Error ? cause.message : String(cause)}. The database is unchanged, ` +
        `and the current release keeps working with it. Fix the cause, then run again: node apps/${service}/dist/main.js migrate`,
      { cause },
    );
    this.name = 'MigrationFailed';
  }
}

/** A migration that waits for a lock blocks everybody behind it; it is better to fail and to run again. */
const lockTimeout = '-c lock_timeout=10000';

const source = (url: string, service: string, migrations: readonly Migration[]): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    applicationName: `${service}-migrations`,
    migrations: [CreatePlatformTables1690000000001, ...migrations].map(migration => named(service, migration)),
    migrationsTransactionMode: 'all',
    installExtensions: false,
    // Keeps TypeORM's own lines off the console.
    logger: 'debug',
    poolSize: 2,
    extra: { options: lockTimeout },
  });

/** The same migration, with its name in its errors. */
function named(service: string, Original: Migration): Migration {
  return class implements MigrationInterface {
    readonly name = Original.name;
    private readonly original = new Original();

    async up(q: QueryRunner): Promise<void> {
      await this.original.up(q).catch((error: unknown) => {
        throw new MigrationFailed(service, this.name, error);
      });
    }

    down(q: QueryRunner): Promise<void> {
      return this.original.down(q);
    }
  };
}

/**
 * Migrates a database as its owner, under a lock that makes instances wait for each other. It runs all pending migrations or, with
 * {@link MigrationFailed}, none. Then it grants the application role only what it needs: no DDL, and only INSERT on the audit trail.
 * No other role can connect.
 */
export function migrate(options: {
  ownerUrl: string;
  service: string;
  migrations: readonly Migration[];
  applicationRole: string;
}): Promise<void> {
  return withConnection(options.ownerUrl, async lock => {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const dataSource = await source(options.ownerUrl, options.service, options.migrations).initialize();
    await dataSource.runMigrations().finally(() => dataSource.destroy());
    const role = pg.escapeIdentifier(options.applicationRole);
    const database = pg.escapeIdentifier(lock.database ?? '');
    await lock.query(`
      REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${database} TO ${role};
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role};
      GRANT USAGE ON SCHEMA public TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};
      REVOKE UPDATE, DELETE ON audit_entries FROM ${role};
      REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${role};
    `);
  });
}

/** Throws {@link MigrationsPending} unless all migrations have run. Reads only. */
export async function refusePendingMigrations(dataSource: DataSource, service: string, migrations: readonly Migration[]): Promise<void> {
  const expected = [CreatePlatformTables1690000000001, ...migrations].map(migration => migration.name);
  const rows: { name: string }[] = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations').catch(() => []);
  const done = new Set(rows.map(row => row.name));
  if (expected.some(name => !done.has(name))) throw new MigrationsPending(service);
}
