import { randomBytes } from 'node:crypto';
import { migrate, provisionDatabase, type ServiceDatabase } from '@ciep/platform';
import { testServer } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { services } from '../src/start-platform.js';

const mark = randomBytes(4).toString('hex');
const databaseOf = (service: string): string => `roles_${mark}_${service}`;
const denied = '42501';

const made = new Map<string, ServiceDatabase>();
const clients: pg.Client[] = [];
const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return client;
};
/** The SQLSTATE of the failed statement, or its command. Leaves nothing behind. */
async function outcome(client: pg.Client, sql: string): Promise<string> {
  await client.query('BEGIN');
  try {
    return (await client.query(sql)).command;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('ROLLBACK');
  }
}

beforeAll(async () => {
  for (const { name, migrations = [] } of services) {
    const database = await provisionDatabase(testServer(), databaseOf(name));
    await migrate({ ...database, service: name, migrations });
    made.set(name, database);
  }
});
afterAll(async () => {
  for (const client of clients) await client.end();
  const admin = new pg.Client({ connectionString: testServer() });
  await admin.connect();
  for (const { name } of services) {
    await admin.query(`DROP DATABASE ${databaseOf(name)} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${databaseOf(name)}_owner; DROP ROLE ${databaseOf(name)}_app`);
  }
  await admin.end();
});

/** Changes to definitions, which no service may make. */
const definitions = [
  'CREATE TABLE x (id int)',
  'CREATE TEMPORARY TABLE x (id int)',
  'CREATE VIEW x AS SELECT 1',
  'CREATE SCHEMA x',
  'CREATE SEQUENCE x',
  `CREATE TYPE x AS ENUM ('x')`,
  `CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  'CREATE EXTENSION hstore',
  'CREATE ROLE x',
  'CREATE INDEX ON outbox (topic)',
  'CREATE RULE forget AS ON DELETE TO outbox DO INSTEAD NOTHING',
];
/** Statements that reach outside the database. */
const wayOut = [
  `COPY (SELECT 1) TO PROGRAM 'true'`,
  `COPY outbox (topic) FROM PROGRAM 'true'`,
  `COPY (SELECT 1) TO '/dev/null'`,
  `SELECT pg_read_file('PG_VERSION')`,
  `SELECT pg_read_binary_file('PG_VERSION')`,
  `SELECT pg_ls_dir('.')`,
  `SELECT lo_import('/etc/hostname')`,
  `SELECT pg_reload_conf()`,
  'SELECT * FROM pg_authid',
  `SET session_replication_role = 'replica'`,
  'SET ROLE pg_execute_server_program',
];
/** Statements that rewrite history. */
const history = [
  `UPDATE audit_entries SET action = 'x'`,
  'DELETE FROM audit_entries',
  'TRUNCATE audit_entries',
  `SELECT 1 FROM audit_entries FOR UPDATE`,
  `INSERT INTO migrations (timestamp, name) VALUES (1, 'x')`,
  `UPDATE migrations SET name = 'x'`,
  'DELETE FROM migrations',
];

describe.each(services.map(({ name }) => name))('the application role of %s', service => {
  let app: pg.Client;
  let owner: pg.Client;
  let admin: pg.Client;
  beforeAll(async () => {
    const { applicationUrl, ownerUrl } = made.get(service) as ServiceDatabase;
    app = await connect(applicationUrl);
    owner = await connect(ownerUrl);
    const url = new URL(testServer());
    url.pathname = `/${databaseOf(service)}`;
    admin = await connect(url.href);
  });

  it('has no DDL, no access outside its database and cannot rewrite history, although each statement is valid', async () => {
    for (const sql of [...definitions, ...wayOut, ...history]) {
      expect([sql, await outcome(app, sql)]).toEqual([sql, denied]);
      // Negative control: a privileged role can run each statement.
      expect([sql, await outcome(admin, sql)]).toEqual([sql, expect.stringMatching(/^[A-Z]+/)]);
    }
  });

  it('reads and writes the rows of every table, and has no other privilege on any', async () => {
    const { rows } = await admin.query<{ table: string }>(
      `SELECT quote_ident(relname) AS table FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
    );
    expect(rows.length).toBeGreaterThan(8);
    for (const { table } of rows) {
      for (const sql of [
        `ALTER TABLE ${table} ADD COLUMN x int`,
        `DROP TABLE ${table} CASCADE`,
        `TRUNCATE ${table} CASCADE`,
        `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      ])
        expect([sql, await outcome(app, sql)]).toEqual([sql, denied]);
      expect([table, await outcome(app, `SELECT * FROM ${table}`)]).toEqual([table, 'SELECT']);
      expect([table, await outcome(owner, `ALTER TABLE ${table} ADD COLUMN x int`)]).toEqual([table, 'ALTER']);
    }
    const entry = `INSERT INTO audit_entries (id, at, actor_kind, action, aggregate_type, aggregate_id, aggregate_version, changes) VALUES (gen_random_uuid(), now(), 'user', 'x', 'x', gen_random_uuid(), 1, '{}')`;
    expect(await outcome(app, entry)).toBe('INSERT');
  });

  it('cannot become another role or enter the database of another service', async () => {
    for (const other of services.map(({ name }) => name)) {
      expect(await outcome(app, `SET ROLE ${databaseOf(other)}_owner`)).toBe(denied);
      expect(await outcome(app, `SET SESSION AUTHORIZATION ${databaseOf(other)}_owner`)).toBe(denied);
      const url = new URL(made.get(service)?.applicationUrl ?? '');
      url.pathname = `/${databaseOf(other)}`;
      const entered = await connect(url.href).then(
        () => 'entered',
        (error: { code: string }) => error.code,
      );
      expect([other, entered]).toEqual([other, other === service ? 'entered' : denied]);
    }
  });
});
