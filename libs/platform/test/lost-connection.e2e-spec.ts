import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SystemClock } from '@ciep/kernel';
import { ConnectionLost, Database, type Tx } from '@ciep/platform';
import { eventually, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { refusalOf } from '../src/http/refusal.js';
import { sample } from './sample.js';

describe('a connection that breaks inside a transaction, and other failures of what a service stands on', () => {
  let place: TestDatabase;
  let database: Database;
  let admin: pg.Client;

  beforeAll(async () => {
    place = await testDatabase(sample);
    admin = new pg.Client({ connectionString: place.adminUrl });
    await admin.connect();
    database = await Database.connect({ url: place.url, service: 'sample', poolSize: 4, entities: [], clock: new SystemClock() });
  });
  afterAll(async () => {
    await database.close();
    await admin.end();
    await place.drop();
  });

  const cut = async (tx: Tx) => {
    const [row] = await tx.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    await admin.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    await eventually(() => expect(tx.queryRunner?.isReleased).toBe(true));
  };

  it.each<[string, (tx: Tx) => Promise<unknown>, new (...given: never[]) => Error]>([
    ['before a statement', tx => cut(tx).then(() => tx.query('SELECT 1')), ConnectionLost],
    ['during a statement', tx => tx.query('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(3)'), QueryFailedError],
  ])('reports 503 and does nothing when it breaks %s', async (_when, work, kind) => {
    const error = await database.transaction(work).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(refusalOf(error)).toMatchObject({ status: 503, code: 'service.unavailable', headers: { 'retry-after': '1' } });
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each(['53100', '53200', '53300', '53400', '57P01', '57P02', '57P03', '58000', '58030', '58P01', '08000'])(
    'reports 503 when PostgreSQL lacks what it needs: %s',
    async code => {
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '${code}'; END $$`;
      for (const work of [() => database.query(raise), () => database.transaction(tx => tx.query(raise))]) {
        const error = await work().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code });
        expect(refusalOf(error)).toMatchObject({ status: 503, code: 'service.unavailable', headers: { 'retry-after': '1' } });
      }
    },
  );

  it.each(['XX001', '42P01'])('reports a mistake of ours as one: %s', async code => {
    const error = await database
      .query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`)
      .catch((thrown: unknown) => thrown);
    expect(refusalOf(error).status).toBe(500);
  });

  it('reports 503 when a disk is full', async () => {
    const error = await pipeline(Readable.from('x'), createWriteStream('/dev/full')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ENOSPC' });
    expect(refusalOf(error)).toMatchObject({ status: 503, code: 'service.unavailable' });
  });

  it('is not confused with a transaction that is used after its end', async () => {
    let kept: Tx | undefined;
    await database.transaction(tx => Promise.resolve(void (kept = tx)));
    const error = await kept?.query('SELECT 1').catch((thrown: unknown) => thrown);
    expect(refusalOf(error).status).toBe(500);
  });
});
