import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventCatalogue } from '@ciep/contracts';
import { createLog, createTopics, provisionDatabase, type ServiceDatabase } from '@ciep/platform';
import { eventually, testServer } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FaultProxy, type LinkMode } from '../../../tools/faults/proxy.js';
import { freePort } from '../src/network/free-port.js';
import { Program } from './program.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const longest = 60_000;
/** A request is answered within 10 seconds, even on a busy machine. */
const withSlack = 15_000;

describe('a service that loses a dependency', () => {
  const name = `lost_${randomBytes(4).toString('hex')}`;
  let database: ServiceDatabase;
  let postgres: FaultProxy;
  let kafka: FaultProxy;
  let keys: Server;
  let conference: Program;
  let own: number;

  beforeAll(async () => {
    database = await provisionDatabase(testServer(), name);
    postgres = await FaultProxy.start('PostgreSQL', Number(new URL(testServer()).port));
    kafka = await FaultProxy.start('Kafka', Number(brokers.split(':')[1]));
    keys = createServer((_request, response) => response.end('{"keys":[]}')).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    await createTopics({ brokers, log: createLog('silent') }, [...new Set([...eventCatalogue.values()].map(({ topic }) => topic))]);
    own = await freePort();
    const through = (url: string) => Object.assign(new URL(url), { port: String(postgres.port) }).href;
    const settings = {
      PORT: String(own),
      CONFERENCE_DATABASE_URL: through(database.applicationUrl),
      CONFERENCE_DATABASE_OWNER_URL: database.ownerUrl,
      KAFKA_BROKERS: `127.0.0.1:${kafka.port}`,
      CIEP_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`,
    };
    expect(await new Program('conference', ['migrate'], { ...settings, KAFKA_BROKERS: brokers }).end()).toBe(0);
    conference = new Program('conference', [], settings);
    await eventually(() => expect(conference.messages).toContain('ready'), longest);
  });
  afterAll(async () => {
    conference.kill();
    await conference.end();
    await Promise.all([postgres.close(), kafka.close(), new Promise(done => keys.close(done))]);
    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_owner, ${name}_app`);
    await admin.end();
  });

  const get = (path: string) => fetch(`http://127.0.0.1:${own}${path}`);
  const read = () => get('/v1/conference/editions');
  const health = async () => {
    const [live, ready] = await Promise.all([get('/health/live'), get('/health/ready')]);
    return { live: live.status, ready: ready.status, missing: ((await ready.json()) as { missing: string[] }).missing };
  };

  it.each<LinkMode>([{ kind: 'refuse' }, { kind: 'black-hole' }])(
    'stays live without PostgreSQL ($kind), reports it, answers 503 in time, and recovers by itself',
    async mode => {
      expect((await read()).status).toBe(200);
      postgres.set(mode);
      // More than the pool has connections: nobody may wait for ever for one either.
      const begun = Date.now();
      const answers = await Promise.all(Array.from({ length: 20 }, read));
      expect(Date.now() - begun).toBeLessThan(withSlack);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      for (const answer of answers) {
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
      }
      expect(await health()).toEqual({ live: 200, ready: 503, missing: ['PostgreSQL'] });
      postgres.heal();
      await eventually(async () => expect((await read()).status).toBe(200), longest);
      await eventually(async () => expect(await health()).toEqual({ live: 200, ready: 200, missing: [] }), longest);
      expect(conference.runs).toBe(true);
    },
    120_000,
  );

  it('serves and stays ready without Kafka', async () => {
    kafka.set({ kind: 'refuse' });
    expect((await read()).status).toBe(200);
    expect(await health()).toEqual({ live: 200, ready: 200, missing: [] });
    kafka.heal();
  });

  it(
    'stops in time while PostgreSQL is silent',
    async () => {
      postgres.set({ kind: 'black-hole' });
      const { took } = await conference.stop();
      expect(took).toBeLessThan(12_000);
      postgres.heal();
    },
    longest,
  );
});
