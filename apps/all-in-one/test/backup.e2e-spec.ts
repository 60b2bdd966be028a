import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineService, resend } from '@ciep/platform';
import { testDatabase, type TestDatabase } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { backUp } from '../src/backup/backup.js';
import { CannotRestore, restore } from '../src/backup/restore.js';
import { NoCommonMoment, type Source } from '../src/backup/snapshots.js';

class CreateEffects1700000000000 implements MigrationInterface {
  readonly name = 'CreateEffects1700000000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL, number int NOT NULL)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE effects');
  }
}

const migrations = [CreateEffects1700000000000];
const ledger = defineService({ name: 'ledger', features: [], migrations });
const copies = defineService({ name: 'copies', features: [], migrations });

/** The databases of two services, as their owner. */
class Pair {
  private constructor(
    private readonly databases: readonly TestDatabase[],
    private readonly clients: readonly pg.Client[],
  ) {}

  static async make(): Promise<Pair> {
    const databases = [await testDatabase(ledger), await testDatabase(copies)];
    const clients = databases.map(({ adminUrl }) => new pg.Client({ connectionString: adminUrl }));
    await Promise.all(clients.map(client => client.connect()));
    return new Pair(databases, clients);
  }

  get sources(): Source[] {
    return [ledger, copies].map(({ name }, at) => ({ service: name, ownerUrl: this.databases[at]?.adminUrl ?? '' }));
  }

  /** As the service's application role. */
  get ledgerUrl(): string {
    return this.databases[0]?.url ?? '';
  }

  async ask<Row extends object>(at: 0 | 1, sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.clients[at]?.query<Row>(sql, values))?.rows ?? [];
  }

  /** An event that the first service published and sent, and the second received. */
  async publish(createdAt = new Date(), received = true): Promise<string> {
    const id = randomUUID();
    const event = JSON.stringify({ id, source: '/ledger', note: '展位\t\\ "' });
    await this.ask(
      0,
      `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, created_at, published_at)
       VALUES ($1::uuid, 'test', $1::uuid::text, 'Tally', $1::uuid, 1, 0, 'test', $2, $3, now())`,
      [id, event, createdAt],
    );
    if (received) await this.receive(id);
    return id;
  }

  async receive(id: string): Promise<void> {
    const event = JSON.stringify({ id, source: '/ledger' });
    await this.ask(
      1,
      `INSERT INTO inbox (reaction, event_id, key, type, event, status) VALUES ('r', $1::uuid, $1::uuid::text, 'test', $2, 'done')`,
      [id, event],
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map(client => client.end()));
    await Promise.all(this.databases.map(database => database.drop()));
  }
}

describe('a backup', () => {
  let pair: Pair;
  let empty: Pair;
  let folder: string;

  beforeEach(async () => {
    [pair, empty] = [await Pair.make(), await Pair.make()];
    folder = join(await mkdtemp(join(tmpdir(), 'ciep-backup-')), 'backup');
  });
  afterEach(async () => {
    await Promise.all([pair.close(), empty.close()]);
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  it('restores every row as it was, and sequences continue', async () => {
    for (let time = 0; time < 3; time += 1) await pair.publish();
    await pair.ask(0, `INSERT INTO effects (key, number) SELECT gen_random_uuid(), n FROM generate_series(1, 500) AS n`);
    const manifest = await backUp(pair.sources, folder);
    await pair.publish();
    expect(await restore(empty.sources, folder)).toEqual(manifest);

    for (const sql of ['SELECT * FROM effects ORDER BY id', 'SELECT * FROM outbox ORDER BY id LIMIT 3'])
      expect(await empty.ask(0, sql)).toEqual(await pair.ask(0, sql));
    expect(await empty.ask(1, 'SELECT * FROM inbox ORDER BY id')).toEqual(await pair.ask(1, 'SELECT * FROM inbox ORDER BY id LIMIT 3'));
    expect(await empty.ask(0, 'INSERT INTO effects (key, number) VALUES (gen_random_uuid(), 1) RETURNING id')).toEqual([{ id: '501' }]);
  });

  it('is not taken when one database has an event that the other has not yet', async () => {
    await pair.publish();
    await pair.receive(randomUUID());
    await expect(backUp(pair.sources, folder)).rejects.toThrow(NoCommonMoment);
    await expect(restore(empty.sources, folder)).rejects.toThrow('manifest.json');
  });

  it('is taken with an event that is not received yet, which is then sent again', async () => {
    const received = await pair.publish(new Date('2023-03-01T00:00:00Z'));
    const inFlight = await pair.publish(new Date('2023-03-02T00:00:00Z'), false);
    await backUp(pair.sources, folder);
    await restore(empty.sources, folder);
    expect(await resend(empty.ledgerUrl, new Date('2023-03-02T00:00:00Z'))).toBe(1);
    expect(await empty.ask(0, 'SELECT event_id, published_at IS NULL AS waits FROM outbox ORDER BY id')).toEqual([
      { event_id: received, waits: false },
      { event_id: inFlight, waits: true },
    ]);
  });

  it('is not restored into a database with data or with other migrations, and changes neither', async () => {
    await pair.publish();
    await backUp(pair.sources, folder);
    await expect(restore(pair.sources, folder)).rejects.toThrow(CannotRestore);
    await empty.ask(1, `INSERT INTO migrations (timestamp, name) VALUES (1, 'Later')`);
    await expect(restore(empty.sources, folder)).rejects.toThrow('other migrations');
    expect(await empty.ask(0, 'SELECT * FROM outbox')).toEqual([]);
  });

  it('that misses rows is not restored in part', async () => {
    await pair.publish();
    await backUp(pair.sources, folder);
    await writeFile(join(folder, 'ledger', 'outbox.copy.gz'), gzipSync(''));
    await expect(restore(empty.sources, folder)).rejects.toThrow('outbox has 0 rows in the file and 1 in the manifest');
    expect(await empty.ask(0, 'SELECT * FROM outbox')).toEqual([]);
  });
});
