import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Manifest, ServiceManifest } from './backup.js';
import type { Source } from './snapshots.js';
import { copyList, migrationsOf, tablesOf, type Table } from './tables.js';

/** A database into which the backup must not be read; one line with the cure. */
export class CannotRestore extends Error {
  constructor(service: string, reason: string) {
    super(`${service}: ${reason}`);
    this.name = 'CannotRestore';
  }
}

/**
 * Restores a backup into migrated, empty databases, each in one transaction. It checks all of them first and throws {@link CannotRestore}
 * before any change if one does not match.
 */
export async function restore(sources: readonly Source[], folder: string): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const open = sources.map(source => ({ ...source, client: new pg.Client({ connectionString: source.ownerUrl }) }));
  try {
    await Promise.all(open.map(({ client }) => client.connect()));
    const fitting: { client: pg.Client; saved: ServiceManifest }[] = [];
    for (const { service, client } of open) {
      const saved = manifest.services.find(one => one.service === service);
      if (!saved) throw new CannotRestore(service, 'the backup has nothing of it');
      await refuseUnfit(client, saved);
      fitting.push({ client, saved });
    }
    for (const { client, saved } of fitting) await load(client, saved, join(folder, saved.service));
    return manifest;
  } finally {
    await Promise.all(open.map(({ client }) => client.end()));
  }
}

async function refuseUnfit(client: pg.Client, { service, migrations, tables }: ServiceManifest): Promise<void> {
  const present = await migrationsOf(client).catch(() => []);
  if (present.join() !== migrations.join())
    throw new CannotRestore(service, 'the backup was taken with other migrations: restore with the release that took it, then migrate');
  await client.query('SET row_security = off');
  const { rows } = await client.query<{ name: string }>(
    (await tablesOf(client))
      .map(({ name }) => `SELECT ${pg.escapeLiteral(name)} AS name WHERE EXISTS (SELECT 1 FROM ${pg.escapeIdentifier(name)})`)
      .join(' UNION ALL '),
  );
  if (rows.length > 0)
    throw new CannotRestore(
      service,
      `the database is not empty (${rows.map(({ name }) => name).join(', ')}): create it anew and migrate it`,
    );
  const known = new Set((await tablesOf(client)).map(({ name }) => name));
  const missing = tables.filter(({ name }) => !known.has(name));
  if (missing.length > 0) throw new CannotRestore(service, `there is no table ${missing.map(({ name }) => name).join(', ')}`);
}

async function load(client: pg.Client, { service, tables }: ServiceManifest, folder: string): Promise<void> {
  await client.query('BEGIN; SET CONSTRAINTS ALL DEFERRED');
  for (const table of tables) {
    const rows = client.query(copyFrom(`COPY ${copyList(table)} FROM STDIN`));
    await pipeline(createReadStream(join(folder, `${table.name}.copy.gz`)), createGunzip(), rows);
    if (rows.rowCount !== table.rows)
      throw new CannotRestore(service, `${table.name} has ${rows.rowCount} rows in the file and ${table.rows} in the manifest`);
    await raiseCounters(client, table);
  }
  await client.query('COMMIT');
}

/** Has the counters of a table's own numbers go on behind the largest. */
async function raiseCounters(client: pg.Client, { name, columns }: Table): Promise<void> {
  const { rows } = await client.query<{ column: string; counter: string }>(
    `SELECT c AS column, pg_get_serial_sequence($1, c) AS counter FROM unnest($2::text[]) AS c WHERE pg_get_serial_sequence($1, c) IS NOT NULL`,
    [pg.escapeIdentifier(name), columns],
  );
  for (const { column, counter } of rows)
    await client.query(
      `SELECT setval($1, max(${pg.escapeIdentifier(column)})) FROM ${pg.escapeIdentifier(name)} HAVING max(${pg.escapeIdentifier(column)}) IS NOT NULL`,
      [counter],
    );
}
