import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgresError } from '../src/embedded/embedded-postgres-error.js';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import { isAlive } from '../src/embedded/owner-note.js';

const root = join(import.meta.dirname, '../../..');
const asRoot = process.getuid?.() === 0;

describe(startEmbeddedPostgres.name, () => {
  let folder: string;
  let dataDir: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ciep-embedded-'));
    chmodSync(folder, 0o755);
    dataDir = join(folder, 'data');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the data for the second start', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url(), `create table kept (name text); insert into kept values ('展位 12');`);
    await first.stop();
    await first.stop();

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url(), 'select name from kept')).toEqual([{ name: '展位 12' }]);
    await second.stop();
  });

  it('keeps the password private and requires it', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    await expect(query(`postgres://postgres:wrong@127.0.0.1:${server.port}/postgres`, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('indexes Chinese text by trigrams', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    const [row] = await query(server.url(), `create extension if not exists pg_trgm; select cardinality(show_trgm('大湾区展位')) as grams`);
    expect(row).toEqual({ grams: 6 });
    await server.stop();
  });

  it('refuses a folder that another living process uses, and names that process', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`is in use by process ${process.pid}. Stop that process`);
    await server.stop();
  });

  it('stops the server of a killed process, and continues with its data', async () => {
    const orphan = await leaveServerBehind(dataDir);
    const server = await startEmbeddedPostgres({ dataDir });
    expect(isAlive(orphan)).toBe(false);
    expect(await query(server.url(), 'select name from kept')).toEqual([{ name: '展位 12' }]);
    await server.stop();
  });

  it('recovers after a kill -9 of the server and its owner', async () => {
    process.kill(await leaveServerBehind(dataDir), 'SIGKILL');
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url(), 'select name from kept')).toEqual([{ name: '展位 12' }]);
    await server.stop();
  });

  it('starts it again when it has ended, where somebody wants to know, and no more once it is stopped', async () => {
    const news: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, report: line => news.push(line) });
    const files = join(dataDir, 'cluster/global');
    const kill = () => process.kill(Number(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    const kept = () => eventually(() => query(server.url(), 'select name from kept'));
    kill();
    await eventually(() => expect(news).toHaveLength(2));
    expect(news).toEqual([
      expect.stringMatching(/has ended and is started again; see \S+server.log$/),
      expect.stringMatching(/runs again$/),
    ]);
    expect(await kept()).toEqual([{ name: '展位 12' }]);

    renameSync(files, `${files}.away`);
    kill();
    await eventually(() => expect(news.at(-1)).toMatch(/^The embedded PostgreSQL cannot start: .*; trying again every second$/));
    renameSync(`${files}.away`, files);
    expect(await kept()).toEqual([{ name: '展位 12' }]);
    await server.stop();
    await expect(query(server.url(), 'select 1')).rejects.toThrow();
  });

  it('starts although another program now has the process id of the old server', async () => {
    writeFileSync(join(dataDir, 'cluster/postmaster.pid'), `${process.pid}\n${join(dataDir, 'cluster')}\n1\n5432\n\n127.0.0.1\n`);
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
  });

  it('names a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toThrow(`port ${port} is taken`);
    other.close();
  });

  it('reports in one line why a folder cannot be created', async () => {
    writeFileSync(join(folder, 'file'), '');
    const error = await startEmbeddedPostgres({ dataDir: join(folder, 'file/data') }).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(error)).toContain('cannot be written (ENOTDIR)');
    expect(String(error)).toContain('CIEP_DATA_DIR');
    expect(String(error)).not.toContain('\n');
  });

  it(`names the ${asRoot ? 'inaccessible parent of the data folder, as root' : 'inaccessible data folder'}`, async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, asRoot ? 0o700 : 0o500);
    const refusal = startEmbeddedPostgres({ dataDir: join(closed, 'data') });
    await expect(refusal).rejects.toThrow(asRoot ? `who may not enter ${closed} ` : 'cannot be written (EACCES)');
    await expect(refusal).rejects.toThrow('CIEP_DATA_DIR');
  });
});

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const result: unknown = await client.query(sql);
    return (Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : (result as pg.QueryResult)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Process id of a server whose owner was killed. */
async function leaveServerBehind(dataDir: string): Promise<number> {
  const script = `
    import { startEmbeddedPostgres } from '${root}/apps/all-in-one/src/embedded/embedded-postgres.ts';
    await startEmbeddedPostgres({ dataDir: '${dataDir}' });
    process.kill(process.pid, 'SIGKILL');`;
  const args = ['--conditions=@ciep/source', '--import', join(root, 'tools/ts.mjs'), '--input-type=module', '--eval', script];
  const owner = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  expect(await once(owner, 'exit')).toEqual([null, 'SIGKILL']);
  return Number(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}
