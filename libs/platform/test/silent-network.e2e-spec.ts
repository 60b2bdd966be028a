import { SystemClock } from '@ciep/kernel';
import { createLog, Database, LocalBus, Relay } from '@ciep/platform';
import { eventually, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy } from '../../../tools/faults/proxy.js';
import { sample } from './sample.js';

/** The network delivers nothing any more but breaks no connection. */
describe('when the network to PostgreSQL falls silent', () => {
  let database: TestDatabase;
  let link: FaultProxy;
  let through: string;

  beforeAll(async () => {
    database = await testDatabase(sample);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const address = new URL(database.url);
    link = await FaultProxy.start('service>postgres', Number(address.port));
    address.host = `127.0.0.1:${link.port}`;
    through = address.href;
  });
  afterEach(() => link.close());

  const relayOf = (url: string) =>
    new Relay({ url, service: 'sample', bus: new LocalBus(), log: createLog('silent'), onInboxDue: () => undefined });

  it('makes another relay lead within 15 seconds, and the old one stop leading', async () => {
    const [near, far] = [relayOf(database.url), relayOf(through)];
    far.start();
    await eventually(() => expect(far.isLeader).toBe(true));
    near.start();
    // The other relay stands by while the leader is alive.
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(near.isLeader).toBe(false);

    link.set({ kind: 'black-hole' });
    const since = performance.now();
    await eventually(() => expect(near.isLeader).toBe(true), 30_000);
    expect(performance.now() - since).toBeLessThan(20_000);
    await eventually(() => expect(far.isLeader).toBe(false), 10_000);
    link.heal();
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect([near.isLeader, far.isLeader]).toEqual([true, false]);
    await Promise.all([near.stop(), far.stop()]);
  });

  it('makes the pool drop the lost connections and open new ones', async () => {
    const pool = await Database.connect({ url: through, service: 'sample', poolSize: 4, entities: [], clock: new SystemClock() });
    await Promise.all(Array.from({ length: 4 }, () => pool.query('SELECT pg_sleep(0.05)')));
    link.set({ kind: 'forget' });
    const first = await Promise.allSettled(Array.from({ length: 4 }, () => pool.query('SELECT 1')));
    expect(first.map(({ status }) => status)).toContain('rejected');
    expect(await Promise.all(Array.from({ length: 8 }, () => pool.query('SELECT 1 AS one')))).toHaveLength(8);
    await pool.close();
  });
});
