import pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
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

/** A migration could not run; nothing of it is left, nor of those that were to run with it. */
export class MigrationFailed extends Error {
  constructor(service: string, migration: string, cause: unknown) {
    super(
      `${migration} of ${service} failed: ${cause instanceof Error ? cause.message : String(cause)}. The database is as it was before, ` +
        `and the present release goes on with it. Mend the cause, then run again: node apps/${service}/dist/main.js migrate`,
      { cause },
    );
    this.name = 'MigrationFailed';
  }
}

/** Who waits longer for a lock than this makes everybody wait who comes after it: better to fail, and to be run again. */
const lockTimeout = '-c lock_timeout=10000';

const source = (url: string, service: string, migrations: readonly Migration[]): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    applicationName: `${service}-migrations`,
    migrations: [CreatePlatformTables1690000000001, ...migrations].map(migration => named(service, migration)),
    migrationsTransactionMode: 'all',
    installExtensions: false,
    // Its own lines on the console would stand between ours.
    logger: 'debug',
    poolSize: 2,
    extra: { options: lockTimeout },
  });

/** The same migration, whose errors say which it was. */
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
 * Brings a database to the present schema, as its owner, under a lock that makes instances wait for each other: all pending
 * migrations or, with {@link MigrationFailed}, none. Then it gives the application role what it needs and no more: no DDL, and
 * the audit trail can only be added to. Roles of others cannot connect.
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
