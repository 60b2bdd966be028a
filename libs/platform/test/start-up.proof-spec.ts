import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { eventCatalogue } from '@ciep/contracts';
import { createLog, createTopics, provisionDatabase, type ServiceDatabase } from '@ciep/platform';
import { eventually, testServer } from '@ciep/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FaultProxy } from '../../../tools/faults/proxy.js';
import { freePort } from '../src/network/free-port.js';
import { kafkaClient } from '../src/messaging/kafka-client.js';
import { Program } from './program.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const longest = 60_000;
const topicsOf = (service: string) => [
  ...new Set([...eventCatalogue.values()].filter(event => event.service === service).map(({ topic }) => topic)),
];

/** Starts something at an address where nothing listened before. */
const appear = (name: string, port: number, address: string) => FaultProxy.start(name, Number(new URL(address).port), port);

describe('a service that starts before its dependencies', () => {
  const name = `start_${randomBytes(4).toString('hex')}`;
  const programs: Program[] = [];
  const closers: (() => Promise<void>)[] = [];
  let database: ServiceDatabase;
  let ports: { own: number; postgres: number; kafka: number; keys: number };

  beforeAll(async () => {
    database = await provisionDatabase(testServer(), name);
    ports = { own: await freePort(), postgres: await freePort(), kafka: await freePort(), keys: await freePort() };
  });
  afterEach(() => programs.splice(0).forEach(program => program.kill()));
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_owner, ${name}_app`);
    await admin.end();
  });

  const at = (url: string, port: number) => Object.assign(new URL(url), { port: String(port) }).href;
  const settings = () => ({
    PORT: String(ports.own),
    BILLING_DATABASE_URL: at(database.applicationUrl, ports.postgres),
    BILLING_DATABASE_OWNER_URL: at(database.ownerUrl, ports.postgres),
    KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
    CIEP_JWKS_URL: `http://127.0.0.1:${ports.keys}/jwks`,
  });
  const run = (args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) => {
    const program = new Program('billing', args, { ...settings(), ...more });
    programs.push(program);
    return program;
  };
  const get = (path: string) => fetch(`http://127.0.0.1:${ports.own}${path}`);
  const expectMissing = (...missing: string[]) =>
    eventually(async () => {
      const answer = await get('/health/ready');
      expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 503, body: { status: 'not_ready', missing } });
      expect((await get('/health/live')).status).toBe(200);
    }, longest);

  it('is live, reports what it waits for, and becomes ready by itself', async () => {
    const billing = run();
    await expectMissing('PostgreSQL');
    const refusal = await get('/v1/billing/invoices');
    expect(refusal.status).toBe(503);
    expect(refusal.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal.json()).toMatchObject({ status: 503, code: 'service.unavailable', instance: '/v1/billing/invoices' });
    const migration = run(['migrate'], { PORT: '0' });
    await eventually(() => expect(migration.messages).toEqual(['waiting for PostgreSQL: it cannot be reached (ECONNREFUSED)']), longest);

    const postgres = await appear('PostgreSQL', ports.postgres, testServer());
    closers.push(() => postgres.close());
    await eventually(() => expect(migration.messages).toContain('waiting for Kafka: it cannot be reached (ECONNREFUSED)'), longest);
    await expectMissing('Kafka', "identity's keys");

    const kafka = await appear('Kafka', ports.kafka, `kafka://${brokers}`);
    closers.push(() => kafka.close());
    expect(await migration.end()).toBe(0);
    await eventually(() => expect(billing.messages).toContain(`waiting for Kafka: ${missingTopic}`), longest);
    await createTopics({ brokers, log: createLog('silent') }, [...topicsOf('exhibition'), ...topicsOf('identity')]);
    await expectMissing("identity's keys");
    await eventually(() => expect(billing.messages).toContain("waiting for identity's keys: it cannot be reached (ECONNREFUSED)"), longest);

    const keys: Server = createServer((_request, response) => response.end('{"keys":[]}')).listen(ports.keys, '127.0.0.1');
    await once(keys, 'listening');
    closers.push(() => new Promise(done => keys.close(() => done())));
    await eventually(async () => expect((await get('/health/ready')).status).toBe(200), longest);
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready', missing: [] });

    await eventually(() => expect(billing.messages).toContain('ready'));
    // One line per change, not one per attempt.
    const waited = billing.messages.filter(message => /^waiting|^it is there/.test(message));
    expect(new Set(waited).size).toBe(waited.length);
    expect(waited.slice(0, 2)).toEqual(['waiting for PostgreSQL: it cannot be reached (ECONNREFUSED)', 'it is there: PostgreSQL']);
    expect(waited.slice(-4)).toEqual([
      `waiting for Kafka: ${missingTopic}`,
      'it is there: Kafka',
      "waiting for identity's keys: it cannot be reached (ECONNREFUSED)",
      "it is there: identity's keys",
    ]);
    const { code, took } = await billing.stop();
    expect(code).toBe(0);
    expect(took).toBeLessThan(12_000);
  });

  /** A silent member of billing's consumer group, as after a kill: until it leaves, the group admits nobody else. */
  const silentMember = async () => {
    const [topic = ''] = topicsOf('exhibition');
    const silent = kafkaClient({ brokers, clientId: 'silent', log: createLog('silent') }).consumer({
      groupId: 'ciep.billing',
      sessionTimeout: 60_000,
      rebalanceTimeout: 60_000,
      heartbeatInterval: 50_000,
    });
    await silent.connect();
    closers.push(() => silent.disconnect());
    await silent.subscribe({ topics: [topic] });
    await silent.run({ eachMessage: () => Promise.resolve() });
    return silent;
  };

  it('becomes ready while its consumer group still waits for a silent member', async () => {
    const silent = await silentMember();
    const billing = run();
    await eventually(async () => expect((await get('/health/ready')).status).toBe(200), longest);
    expect(billing.messages).not.toContain('ready');
    await silent.disconnect();
    await eventually(() => expect(billing.messages).toContain('ready'), longest);
    expect((await billing.stop()).code).toBe(0);
  });

  it('keeps the drain delay for load balancers when it is stopped before it has joined its consumer group', async () => {
    const silent = await silentMember();
    const billing = run([], { CIEP_DRAIN_DELAY_MS: '2000' });
    await eventually(async () => expect((await get('/health/ready')).status).toBe(200), longest);
    const stopped = billing.stop();
    await eventually(async () => expect((await get('/health/ready')).status).toBe(503));
    expect((await get('/v1/billing/invoices')).status).toBe(401);
    expect(billing.messages).not.toContain('ready');
    expect(await stopped).toMatchObject({ code: 0 });
    await silent.disconnect();
  });

  it('waits for migrations and credentials, and stops gracefully while it waits', async () => {
    const empty = await provisionDatabase(testServer(), `${name}_empty`);
    const billing = run([], { BILLING_DATABASE_URL: empty.applicationUrl });
    await expectMissing('migrations');
    expect(await billing.stop()).toMatchObject({ code: 0 });

    const wrong = Object.assign(new URL(empty.applicationUrl), { password: 'wrong' }).href;
    const refused = run([], { BILLING_DATABASE_URL: wrong });
    await expectMissing('PostgreSQL');
    await eventually(() => expect(refused.messages).toEqual(['waiting for PostgreSQL: it refuses the credentials (28P01)']));
    expect(await refused.stop()).toMatchObject({ code: 0 });

    const admin = new pg.Client({ connectionString: testServer() });
    await admin.connect();
    await admin.query(`DROP DATABASE ${name}_empty WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}_empty_owner, ${name}_empty_app`);
    await admin.end();
  });

  it(
    'reports all wrong settings at once and exits instead of waiting',
    async () => {
      const billing = run([], { BILLING_DATABASE_URL: 'localhost', KAFKA_BROKERS: '', CIEP_POOL_SIZE: 'many' });
      expect(await billing.end()).toBe(1);
      for (const key of ['BILLING_DATABASE_URL', 'KAFKA_BROKERS', 'CIEP_POOL_SIZE']) expect(billing.messages.join()).toContain(key);
    },
    longest,
  );

  it(
    'makes the migrate command give up after a while',
    async () => {
      const nowhere = at(database.ownerUrl, 9);
      const migration = run(['migrate'], { PORT: '0', BILLING_DATABASE_OWNER_URL: nowhere, CIEP_MIGRATE_WAIT_SECONDS: '1' });
      expect(await migration.end()).toBe(1);
      expect(migration.lines.at(-1)).toMatchObject({
        level: 'fatal',
        error: { message: expect.stringMatching(/^PostgreSQL is not there after 1 seconds/) },
      });
    },
    longest,
  );
});

const missingTopic = 'a topic is missing: the migrations of the publishing services create topics';
