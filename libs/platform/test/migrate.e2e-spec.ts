import { randomBytes } from 'node:crypto';
import {
  migrate,
  MigrationsPending,
  provisionDatabase,
  serve,
  createLog,
  LocalBus,
  type Migration,
  type RunningService,
  type ServiceDatabase,
} from '@ciep/platform';
import { SystemClock } from '@ciep/kernel';
import { testServer, TokenIssuer } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RoleTooPowerful } from '../src/database/application-role.js';
import { MigrationFailed, refusePendingMigrations } from '../src/database/migrate.js';
import { sample } from './sample.js';

/** A migration class that runs one script. */
function migration(name: string, sql: string): Migration {
  return Object.defineProperty(
    class implements MigrationInterface {
      readonly name = name;
      async up(q: QueryRunner): Promise<void> {
        await q.query(sql);
      }
      async down(): Promise<void> {
        await Promise.reject(new Error('never'));
      }
    },
    'name',
    { value: name },
  );
}

const addRemarks = migration(
  'AddRemarks1700000000001',
  'CREATE TABLE remarks (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)',
);
const addFaulty = migration(
  'AddFaulty1700000000002',
  'CREATE TABLE faulty (id int); ALTER TABLE notes ADD COLUMN half int; SELECT no_such_function()',
);
const addNoted = migration('AddNoted1700000000003', `ALTER TABLE notes ADD COLUMN noted_at timestamptz`);

describe(migrate, () => {
  let database: ServiceDatabase;
  let name: string;
  let owner: pg.Client;
  beforeEach(async () => {
    name = `migrate_${randomBytes(6).toString('hex')}`;
    database = await provisionDatabase(testServer(), name);
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterEach(async () => {
    await owner.end();
    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_owner; DROP ROLE ${name}_app`);
    await admin.end();
  });

  const run = (...more: Migration[]) => migrate({ ...database, service: 'sample', migrations: [...(sample.migrations ?? []), ...more] });
  const schema = async () => {
    const { rows } = await owner.query<{ column: string }>(
      `SELECT table_name || '.' || column_name || ' ' || data_type AS column FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`,
    );
    const done = await owner.query<{ name: string }>('SELECT name FROM migrations ORDER BY id').catch(() => ({ rows: [] }));
    return { columns: rows.map(({ column }) => column), done: done.rows.map(row => row.name) };
  };
  const asApplication = async (sql: string): Promise<string> => {
    const client = new pg.Client({ connectionString: database.applicationUrl });
    await client.connect();
    try {
      return (await client.query(sql)).command;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.end();
    }
  };

  it('runs each migration once when ten instances start together on an empty database, and all become ready', async () => {
    const bus = new LocalBus();
    const { keys } = await TokenIssuer.create('http://localhost/oidc');
    const start = async (): Promise<RunningService> => {
      await run();
      const environment = { CIEP_PROFILE: 'development', PORT: '0', CIEP_POOL_SIZE: '2' };
      return serve(sample, {
        environment,
        log: createLog('silent'),
        clock: new SystemClock(),
        bus,
        keys,
        databaseUrl: database.applicationUrl,
      });
    };
    const instances = await Promise.all(Array.from({ length: 10 }, start));
    try {
      const ready = await Promise.all(instances.map(async ({ url }) => (await fetch(`${url}/health/ready`)).status));
      expect(ready).toEqual(Array.from({ length: 10 }, () => 200));
      expect((await schema()).done).toEqual(['CreatePlatformTables1690000000001', 'CreateNotes1700000000000']);
    } finally {
      await Promise.all(instances.map(instance => instance.close()));
      await bus.close();
    }
  });

  it('leaves the database as it was when one of several migrations fails, and says which, why and what to do', async () => {
    await run();
    const before = await schema();
    const failing = run(addRemarks, addFaulty, addNoted);
    await expect(failing).rejects.toThrow(MigrationFailed);
    await expect(failing).rejects.toThrow(
      /^AddFaulty1700000000002 of sample failed: function no_such_function\(\) does not exist\. The database is unchanged.*run again: node apps\/sample\/dist\/main\.js migrate$/,
    );
    expect(await schema()).toEqual(before);
    await run(addRemarks, addNoted);
    expect((await schema()).done).toEqual([...before.done, 'AddRemarks1700000000001', 'AddNoted1700000000003']);
  });

  it('gives up when a lock is not available, instead of blocking everybody', async () => {
    await run();
    const before = await schema();
    await owner.query('BEGIN; LOCK TABLE notes IN ROW EXCLUSIVE MODE');
    await expect(
      run(migration('Impatient1700000000004', `SET LOCAL lock_timeout = '200ms'; ALTER TABLE notes ADD COLUMN x int`)),
    ).rejects.toThrow('canceling statement due to lock timeout');
    await owner.query('ROLLBACK');
    expect(await schema()).toEqual(before);
    await run(migration('Look1700000000005', `CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS timeout`));
    expect((await owner.query('SELECT timeout FROM seen')).rows).toEqual([{ timeout: '10s' }]);
  });

  it('gives the application role access to the rows of new tables, and to nothing else', async () => {
    await run();
    // The next migration revokes what somebody granted by hand.
    await owner.query(
      `GRANT ALL ON notes, audit_entries, migrations TO ${name}_app; GRANT ALL ON DATABASE ${name} TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC`,
    );
    await run(addRemarks);
    const may = [
      `INSERT INTO remarks (text) VALUES ('x')`,
      'SELECT * FROM remarks',
      `UPDATE remarks SET text = 'y'`,
      'DELETE FROM remarks',
    ];
    for (const sql of may) expect([sql, await asApplication(sql)]).toEqual([sql, sql.split(' ')[0]]);
    const mayNot = [
      'TRUNCATE remarks',
      'ALTER TABLE remarks ADD COLUMN x int',
      'DROP TABLE remarks',
      'CREATE INDEX ON remarks (text)',
      'CREATE TRIGGER t BEFORE INSERT ON remarks FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'TRUNCATE notes',
      'CREATE TABLE x (id int)',
      'CREATE TEMPORARY TABLE x (id int)',
      `UPDATE audit_entries SET action = 'x'`,
      'DELETE FROM migrations',
    ];
    for (const sql of mayNot) expect([sql, await asApplication(sql)]).toEqual([sql, '42501']);
  });

  it('admits a production start with a separate application role, and refuses one as the owner', async () => {
    await run();
    const serving = async (databaseUrl: string) => {
      const bus = new LocalBus();
      const { keys } = await TokenIssuer.create('https://ciep.example/oidc');
      const environment = { CIEP_PROFILE: 'production', PORT: '0', CIEP_ISSUER: 'https://ciep.example/oidc' };
      const running = await serve(sample, { environment, log: createLog('silent'), clock: new SystemClock(), bus, keys, databaseUrl });
      await running.close();
    };
    await expect(serving(database.ownerUrl)).rejects.toThrow('SAMPLE_DATABASE_URL may change definitions or the audit trail');
    const url = new URL(testServer());
    url.pathname = `/${name}`;
    await expect(serving(url.href)).rejects.toThrow(RoleTooPowerful);
    await owner.query(`GRANT UPDATE ON audit_entries TO ${name}_app`);
    await expect(serving(database.applicationUrl)).rejects.toThrow(RoleTooPowerful);
    await run();
    await expect(serving(database.applicationUrl)).resolves.toBeUndefined();
  });

  it('is required by a service whose database is behind, and by no other', async () => {
    const query = { query: (sql: string) => owner.query(sql).then(({ rows }) => rows) } as never;
    const migrations = [...(sample.migrations ?? []), addRemarks];
    await expect(refusePendingMigrations(query, 'sample', migrations)).rejects.toThrow(MigrationsPending);
    await run();
    await expect(refusePendingMigrations(query, 'sample', migrations)).rejects.toThrow('node apps/sample/dist/main.js migrate');
    await run(addRemarks);
    await expect(refusePendingMigrations(query, 'sample', migrations)).resolves.toBeUndefined();
    // The previous release keeps working with a newer database.
    await expect(refusePendingMigrations(query, 'sample', sample.migrations ?? [])).resolves.toBeUndefined();
  });
});
