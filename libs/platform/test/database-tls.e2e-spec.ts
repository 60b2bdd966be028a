import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@ciep/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Connection } from '../src/database/connection.js';
import { Database } from '../src/database/database.js';
import { migrate } from '../src/database/migrate.js';
import { provisionDatabase, type ServiceDatabase } from '../src/database/provision.js';
import { freePort } from '../src/network/free-port.js';
import { PostgresServer } from '../../../tools/faults/postgres.js';
import { Authority } from './certificates.js';

describe('a database that accepts only TLS connections', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ciep-tls-postgres-'));
  const ours = new Authority();
  const others = new Authority();
  let postgres: PostgresServer;
  let database: ServiceDatabase;

  const checked = (url: string, authority: Authority): string => {
    const file = join(folder, authority === ours ? 'ours.crt' : 'others.crt');
    writeFileSync(file, authority.certificate);
    return `${url}?sslmode=verify-full&sslrootcert=${file}`;
  };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    postgres = new PostgresServer(folder, await freePort());
    await postgres.start();
    database = await provisionDatabase(postgres.url(), 'sample');
    const cluster = join(folder, 'cluster');
    const { uid, gid } = statSync(cluster);
    const { certificate, key } = ours.certify('postgres');
    for (const [name, text] of Object.entries({ 'server.crt': certificate, 'server.key': key })) {
      writeFileSync(join(cluster, name), text, { mode: 0o600 });
      chownSync(join(cluster, name), uid, gid);
    }
    writeFileSync(join(cluster, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
    const admin = new pg.Client({ connectionString: postgres.url() });
    await admin.connect();
    await admin.query('ALTER SYSTEM SET ssl = on');
    await admin.query('SELECT pg_reload_conf()');
    await admin.end();
  });
  afterAll(async () => {
    await postgres.stop();
    for (const authority of [ours, others]) authority[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const migrateBy = (ownerUrl: string) =>
    migrate({ ownerUrl, service: 'sample', migrations: [], applicationRole: database.applicationRole });
  const pool = (url: string) => Database.connect({ url, service: 'sample', poolSize: 2, entities: [], clock: new SystemClock() });

  it('works for migrations, the pool and single connections, with its certificate verified', async () => {
    await migrateBy(checked(database.ownerUrl, ours));
    const used = await pool(checked(database.applicationUrl, ours));
    expect(await used.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([{ ssl: true }]);
    await used.close();
    const single = new Connection({ connectionString: checked(database.applicationUrl, ours) });
    await single.connect();
    expect((await single.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows).toEqual([{ ssl: true }]);
    await single.end();
  });

  it('is refused by the client if its authority is not trusted or its name differs', async () => {
    const untrusted = checked(database.applicationUrl, others);
    await expect(pool(untrusted)).rejects.toThrow(/certificate/);
    await expect(migrateBy(checked(database.ownerUrl, others))).rejects.toThrow(/certificate/);
    await expect(new Connection({ connectionString: untrusted }).connect()).rejects.toThrow(/certificate/);
    await expect(pool(checked(database.applicationUrl.replace('127.0.0.1', 'localhost'), ours))).rejects.toThrow(/altnames/);
  });

  it('refuses a plain connection', async () => {
    await expect(pool(database.applicationUrl)).rejects.toThrow(/no pg_hba.conf entry .* no encryption/);
  });
});
