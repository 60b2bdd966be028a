import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { provisionDatabase, type ServiceDatabase } from '@ciep/platform';
import { testServer } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

const root = join(import.meta.dirname, '../../..');
const name = `cli_${randomBytes(4).toString('hex')}`;

interface End {
  readonly code: number | null;
  /** The lines of its log. */
  readonly said: { msg: string; error?: { message?: string } }[];
}

describe('node apps/conference/dist/main.js migrate', () => {
  let database: ServiceDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', join(root, 'apps/conference')]);
    database = await provisionDatabase(testServer(), name);
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_owner; DROP ROLE ${name}_app`);
    await admin.end();
  });

  function migrate(settings: NodeJS.ProcessEnv = {}): Promise<End> {
    const { NODE_ENV: _env, NODE_OPTIONS: _options, ...inherited } = process.env;
    const env = {
      ...inherited,
      CONFERENCE_DATABASE_URL: database.applicationUrl,
      CONFERENCE_DATABASE_OWNER_URL: database.ownerUrl,
      ...settings,
    };
    const child = spawn(process.execPath, [join(root, 'apps/conference/dist/main.js'), 'migrate'], { cwd: root, env });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
    return new Promise(resolve =>
      child.once('close', code => {
        const said = text.split('\n').filter(line => line.startsWith('{'));
        resolve({ code, said: said.map(line => JSON.parse(line) as End['said'][number]) });
      }),
    );
  }
  const tables = async () =>
    (
      await owner.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
      )
    ).rows.map(row => row.name);

  it('names every missing setting and changes nothing', async () => {
    const { code, said } = await migrate({ CONFERENCE_DATABASE_OWNER_URL: '', CONFERENCE_DATABASE_URL: '' });
    expect([code, await tables()]).toEqual([1, []]);
    expect(said.at(-1)?.msg).toMatch(/CONFERENCE_DATABASE_OWNER_URL[^]*CONFERENCE_DATABASE_URL/);
  });

  it('exits with 1 when a migration fails, says what to do, and leaves the database as it was', async () => {
    await owner.query('CREATE TABLE editions (in_the_way int)');
    const { code, said } = await migrate();
    // The list of migrations exists by now and is empty.
    expect([code, await tables(), (await owner.query('SELECT 1 FROM migrations')).rowCount]).toEqual([1, ['editions', 'migrations'], 0]);
    expect(said.map(({ msg, error }) => `${msg} ${error?.message ?? ''}`).join('\n')).toMatch(
      /CreateEditionsAndMilestones\d+ of conference failed: relation "editions" already exists\. The database is unchanged/,
    );
    await owner.query('DROP TABLE editions');
  });

  it('runs each migration once, with several processes at a time, and a second run changes nothing', async () => {
    const ends = await Promise.all([migrate(), migrate(), migrate()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    const done = 'SELECT name FROM migrations ORDER BY id';
    const { rows } = await owner.query<{ name: string }>(done);
    expect(rows.map(row => row.name)).toEqual(['CreatePlatformTables1690000000001', expect.stringMatching(/^CreateEditionsAndMilestones/)]);
    expect((await migrate()).code).toBe(0);
    expect((await owner.query(done)).rows).toEqual(rows);
  });
});
