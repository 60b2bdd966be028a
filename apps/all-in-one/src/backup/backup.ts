import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import { withSnapshots, type Snapshot, type Source } from './snapshots.js';
import { copyList, migrationsOf, tablesOf, type Table } from './tables.js';

/** What a folder of a backup holds: `<service>/<table>.copy.gz`, and this in `manifest.json`. */
export interface Manifest {
  readonly format: 1;
  /** The one moment of all databases. */
  readonly takenAt: string;
  readonly services: readonly ServiceManifest[];
}

export interface ServiceManifest {
  readonly service: string;
  /** The data fit the tables that these have made. */
  readonly migrations: readonly string[];
  readonly tables: readonly (Table & { readonly rows: number })[];
}

/**
 * Writes the data of all services at one moment into a new folder, while they run. It contains no table definitions, because migrations
 * create them. Throws if the folder exists, or if no common moment is found.
 */
export async function backUp(sources: readonly Source[], folder: string): Promise<Manifest> {
  await mkdir(folder, { mode: 0o700 });
  return withSnapshots(sources, async (snapshots, takenAt) => {
    const services: ServiceManifest[] = [];
    for (const snapshot of snapshots) services.push(await dump(snapshot, join(folder, snapshot.service)));
    const manifest: Manifest = { format: 1, takenAt: takenAt.toISOString(), services };
    // Written last: a folder without it is incomplete.
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flush: true });
    return manifest;
  });
}

async function dump({ service, client }: Snapshot, folder: string): Promise<ServiceManifest> {
  await mkdir(folder, { mode: 0o700 });
  const tables: (Table & { rows: number })[] = [];
  for (const table of await tablesOf(client)) {
    const rows = client.query(copyTo(`COPY ${copyList(table)} TO STDOUT`));
    await pipeline(rows, createGzip(), createWriteStream(join(folder, `${table.name}.copy.gz`), { mode: 0o600, flush: true }));
    tables.push({ ...table, rows: rows.rowCount });
  }
  return { service, migrations: await migrationsOf(client), tables };
}
