import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventCatalogue } from '@ciep/contracts';
import { createLog, createTopics, provisionDatabase } from '@ciep/platform';
import { eventually, testServer } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FaultProxy } from '../../../tools/faults/proxy.js';
import { freePort } from '../src/network/free-port.js';
import { Program } from './program.js';

const longest = 60_000;
const brokers = process.env['KAFKA_BROKERS'] ?? '';

describe('a service that is stopped while PostgreSQL is silent', () => {
  const name = `stop_${randomBytes(4).toString('hex')}`;
  let link: FaultProxy;
  let keys: Server;
  let settings: Record<string, string>;
  let billing: Program | undefined;

  beforeAll(async () => {
    const database = await provisionDatabase(testServer(), name);
    link = await FaultProxy.start('billing>postgres', Number(new URL(database.ownerUrl).port));
    keys = createServer((_request, response) => response.end('{"keys":[]}')).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    settings = {
      PORT: String(await freePort()),
      BILLING_DATABASE_URL: Object.assign(new URL(database.applicationUrl), { port: String(link.port) }).href,
      BILLING_DATABASE_OWNER_URL: database.ownerUrl,
      KAFKA_BROKERS: brokers,
      CIEP_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`,
    };
    await createTopics({ brokers, log: createLog('silent') }, [...new Set([...eventCatalogue.values()].map(({ topic }) => topic))]);
    expect(await new Program('billing', ['migrate'], { ...settings, PORT: '0' }).end()).toBe(0);
  });
  afterAll(async () => {
    billing?.kill();
    await link.close();
    await new Promise(done => keys.close(done));
    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_owner, ${name}_app`);
    await admin.end();
  });

  it('exits with 0 in time', async () => {
    const running = (billing = new Program('billing', [], settings));
    await eventually(() => expect(running.messages).toContain('ready'), longest);
    link.set({ kind: 'black-hole' });
    // Queries of its relay and its jobs are running at the time of the signal.
    await new Promise(resolve => setTimeout(resolve, 1_500));
    const { code, took } = await running.stop();
    expect(code).toBe(0);
    expect(took).toBeLessThan(10_000);
  });
});
