import { createHash, randomBytes } from 'node:crypto';
import { migrate, type ServiceDefinition } from '@ciep/platform';
import pg from 'pg';

const templateLock = 7_318_003;
const applicationRole = 'ciep_test_app';
const password = 'test';

/** The database of one test file. */
export interface TestDatabase {
  /** Address as the application role. */
  readonly url: string;
  /** Address as superuser, for what a test does without the service. */
  readonly adminUrl: string;
  drop(): Promise<void>;
}

/** Address of the PostgreSQL server for tests. Its error says how to get one. */
export function testServer(): string {
  const url = process.env['CIEP_TEST_DATABASE_URL'];
  if (!url)
    throw new Error('There is no PostgreSQL for the tests: run them by npm (npm run e2e), which starts one, or set CIEP_TEST_DATABASE_URL');
  return url;
}

const onDatabase = (url: string, name: string, user?: string): string => {
  const address = new URL(url);
  address.pathname = `/${name}`;
  if (user !== undefined) Object.assign(address, { username: user, password });
  return address.href;
};

async function asAdmin<R>(work: (admin: pg.Client) => Promise<R>): Promise<R> {
  const admin = new pg.Client({ connectionString: testServer() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The migrated template of a service, created at first use. */
async function template(admin: pg.Client, definition: ServiceDefinition): Promise<string> {
  const sources = (definition.migrations ?? []).map(migration => `${migration.name} ${new migration().up.toString()}`).join('\n');
  const name = `template_${definition.name}_${createHash('sha1').update(sources).digest('hex').slice(0, 12)}`;
  await admin.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [name]);
    if (rowCount) return name;
    const { rowCount: hasRole } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [applicationRole]);
    if (!hasRole) await admin.query(`CREATE ROLE ${applicationRole} LOGIN PASSWORD '${password}'`);
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.query(`CREATE DATABASE ${name}`);
    await migrate({
      ownerUrl: onDatabase(testServer(), name),
      service: definition.name,
      migrations: definition.migrations ?? [],
      applicationRole,
    });
    await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
    return name;
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
}

/** A new database with a service's schema, cloned from its template. */
export async function testDatabase(definition: ServiceDefinition): Promise<TestDatabase> {
  const name = `test_${definition.name}_${randomBytes(6).toString('hex')}`;
  await asAdmin(async admin => {
    const from = await template(admin, definition);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  });
  return {
    url: onDatabase(testServer(), name, applicationRole),
    adminUrl: onDatabase(testServer(), name),
    drop: async () => {
      await asAdmin(admin => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
