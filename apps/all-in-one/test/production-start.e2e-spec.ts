import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { billing } from '@ciep/billing';
import { gateway } from '@ciep/gateway';
import { identity } from '@ciep/identity';
import { SystemClock } from '@ciep/kernel';
import { notification } from '@ciep/notification';
import { ConfigurationError, createLog, LocalBus, serve, type RunningService, type ServiceDefinition } from '@ciep/platform';
import { eventually, testDatabase, type TestDatabase } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const secret = () => randomBytes(24).toString('base64url');

// Sufficient operator settings for each service.
const right = {
  CIEP_PROFILE: 'production',
  CIEP_ISSUER: 'https://api.ciep.test/oidc',
  CIEP_JWKS_URL: 'http://127.0.0.1:9/oidc/jwks',
  PORT: '0',
};
const ofIdentity = { ...right, IDENTITY_KEY_ENCRYPTION_KEY: secret() + secret(), IDENTITY_SERVICE_CLIENTS: `notification=${secret()}` };
const ofNotification = {
  ...right,
  IDENTITY_URL: 'http://127.0.0.1:9',
  EXHIBITION_URL: 'http://127.0.0.1:9',
  BILLING_URL: 'http://127.0.0.1:9',
  NOTIFICATION_CLIENT_SECRET: secret(),
  NOTIFICATION_SMTP_URL: 'smtps://mailer:gu7Kd0Qzx@mail.ciep.test',
  NOTIFICATION_SECRET_KEY: randomBytes(32).toString('base64'),
};
const ofBilling = {
  ...right,
  BILLING_ACCOUNT_NAME: 'Executor',
  BILLING_ACCOUNT_BANK: 'Bank of Shenzhen',
  BILLING_ACCOUNT_NUMBER: '4000123456789',
};
const ofGateway = { ...right, GATEWAY_CORS_ORIGINS: 'https://portal.test', GATEWAY_TRUSTED_PROXIES: '10.0.0.0/8' };

type Settings = Readonly<Record<string, string>>;
const toDrop: TestDatabase[] = [];
let databaseOf: ReadonlyMap<ServiceDefinition, string>;

beforeAll(async () => {
  const made = await Promise.all(
    [identity, notification, billing].map(async definition => {
      const database = await testDatabase(definition);
      toDrop.push(database);
      return [definition, database.url] as const;
    }),
  );
  databaseOf = new Map(made);
});
afterAll(async () => {
  for (const database of toDrop) await database.drop();
});

async function start(definition: ServiceDefinition, environment: Settings): Promise<RunningService> {
  const databaseUrl = databaseOf.get(definition);
  return serve(definition, {
    environment,
    log: createLog('silent'),
    clock: new SystemClock(),
    ...(databaseUrl !== undefined && { databaseUrl, bus: new LocalBus() }),
  });
}

/** The errors of a start, which must fail. */
async function problemsOf(definition: ServiceDefinition, environment: Settings): Promise<readonly string[]> {
  const outcome = await start(definition, environment).catch((error: unknown) => error);
  if (outcome instanceof ConfigurationError) return outcome.problems;
  if (outcome instanceof Error) throw outcome;
  await (outcome as RunningService).close();
  throw new Error(`${definition.name} started`);
}

describe('a production start', () => {
  it.each([
    ['gateway', gateway, ofGateway],
    ['identity', identity, ofIdentity],
    ['notification', notification, ofNotification],
    ['billing', billing, ofBilling],
  ] as const)('of %s succeeds with correct settings', async (_name, definition, settings) => {
    const service = await start(definition, settings);
    await eventually(async () => expect((await fetch(`${service.url}/health/live`)).status).toBe(200));
    await service.close();
  });

  const guessable = 'change-me-change-me-change-me-change-me';
  it.each<[string, ServiceDefinition, Settings, string]>([
    ['demo data', gateway, { ...ofGateway, CIEP_SEED_DEMO: 'true' }, 'CIEP_SEED_DEMO'],
    ['a movable clock', gateway, { ...ofGateway, CIEP_CLOCK_FILE: '/tmp/clock' }, 'CIEP_CLOCK_FILE'],
    ['a file of fault points', gateway, { ...ofGateway, CIEP_FAULTS_FILE: '/tmp/faults' }, 'CIEP_FAULTS_FILE'],
    ['an issuer on this machine', gateway, { ...ofGateway, CIEP_ISSUER: 'https://localhost:3000/oidc' }, 'CIEP_ISSUER'],
    ['an issuer without https', gateway, { ...ofGateway, CIEP_ISSUER: 'http://api.ciep.test/oidc' }, 'CIEP_ISSUER'],
    ['unchecked certificates', gateway, { ...ofGateway, NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED'],
    ['every origin', gateway, { ...ofGateway, GATEWAY_CORS_ORIGINS: '*' }, 'GATEWAY_CORS_ORIGINS'],
    [
      'an origin without https',
      gateway,
      { ...ofGateway, GATEWAY_CORS_ORIGINS: 'https://portal.test,http://shop.test' },
      'GATEWAY_CORS_ORIGINS',
    ],
    [
      'an origin on a development machine',
      gateway,
      { ...ofGateway, GATEWAY_CORS_ORIGINS: 'http://localhost:5173' },
      'GATEWAY_CORS_ORIGINS',
    ],
    ['all of IPv4 as trusted proxies', gateway, { ...ofGateway, GATEWAY_TRUSTED_PROXIES: '0.0.0.0/0' }, 'GATEWAY_TRUSTED_PROXIES'],
    ['all of IPv6 as trusted proxies', gateway, { ...ofGateway, GATEWAY_TRUSTED_PROXIES: '10.0.0.1,::/0' }, 'GATEWAY_TRUSTED_PROXIES'],
    ['a missing encryption key', identity, { ...ofIdentity, IDENTITY_KEY_ENCRYPTION_KEY: '' }, 'IDENTITY_KEY_ENCRYPTION_KEY'],
    ['an encryption key from a manual', identity, { ...ofIdentity, IDENTITY_KEY_ENCRYPTION_KEY: guessable }, 'IDENTITY_KEY_ENCRYPTION_KEY'],
    [
      'an encryption key of one letter',
      identity,
      { ...ofIdentity, IDENTITY_KEY_ENCRYPTION_KEY: 'k'.repeat(40) },
      'IDENTITY_KEY_ENCRYPTION_KEY',
    ],
    [
      'a guessable secret of a service',
      identity,
      { ...ofIdentity, IDENTITY_SERVICE_CLIENTS: `notification=${guessable}` },
      'IDENTITY_SERVICE_CLIENTS',
    ],
    [
      'a guessable client secret of its own',
      notification,
      { ...ofNotification, NOTIFICATION_CLIENT_SECRET: guessable },
      'NOTIFICATION_CLIENT_SECRET',
    ],
    [
      'a guessable password of the mail server',
      notification,
      { ...ofNotification, NOTIFICATION_SMTP_URL: 'smtp://a:password@mail.test' },
      'NOTIFICATION_SMTP_URL',
    ],
    [
      'the development outbox, which anybody can read',
      notification,
      { ...ofNotification, NOTIFICATION_SMTP_URL: '' },
      'NOTIFICATION_SMTP_URL',
    ],
    ['a missing webhook key', notification, { ...ofNotification, NOTIFICATION_SECRET_KEY: '' }, 'NOTIFICATION_SECRET_KEY'],
    [
      'a key of zeros',
      notification,
      { ...ofNotification, NOTIFICATION_SECRET_KEY: Buffer.alloc(32).toString('base64') },
      'NOTIFICATION_SECRET_KEY',
    ],
    [
      'webhooks to its own network',
      notification,
      { ...ofNotification, NOTIFICATION_WEBHOOK_ALLOW: '127.0.0.1:1' },
      'NOTIFICATION_WEBHOOK_ALLOW',
    ],
    ['an invented bank account', billing, { ...ofBilling, BILLING_ACCOUNT_NUMBER: '' }, 'BILLING_ACCOUNT_NUMBER'],
    [
      'a guessable database password',
      gateway,
      { ...ofGateway, GATEWAY_DATABASE_URL: 'postgres://a:changeme@db/a' },
      'GATEWAY_DATABASE_URL',
    ],
  ])('refuses %s', async (_name, definition, settings, key) => {
    expect(await problemsOf(definition, settings)).toEqual([expect.stringMatching(new RegExp(`^${key}\\b`))]);
  });

  it('refuses a database with demo accounts', async () => {
    const development = {
      CIEP_PROFILE: 'development',
      CIEP_SEED_DEMO: 'true',
      PORT: '0',
      IDENTITY_KEY_ENCRYPTION_KEY: ofIdentity.IDENTITY_KEY_ENCRYPTION_KEY,
    };
    const seeded = await start(identity, development);
    await seeded.seed();
    await seeded.close();
    expect(await problemsOf(identity, ofIdentity)).toEqual([
      'the database holds 8 demo accounts, whose password everybody knows',
      expect.stringMatching(/^the database holds \d\d demo clients, whose secrets everybody knows$/),
    ]);
  });
});

describe('a process in production', () => {
  /** Runs the service's main.js and returns its last log line with the exit code, or null if it keeps running. */
  async function run(name: string, environment: Settings): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, ['--conditions=@ciep/source', '--import', './tools/ts.mjs', `apps/${name}/src/main.ts`], {
      cwd: join(import.meta.dirname, '../../..'),
      env: { PATH: process.env['PATH'], ...environment },
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    const ended = once(child, 'exit');
    const isReady = new Promise<void>(resolve => child.stdout.on('data', () => said.includes('"msg":"ready"') && resolve()));
    await Promise.race([ended, isReady]);
    const code = child.exitCode;
    child.kill('SIGTERM');
    await ended;
    return { code, said };
  }

  it('reports every error at once without values, and does not start', async () => {
    const wrong = {
      CIEP_ISSUER: 'http://localhost:3000/oidc',
      CIEP_SEED_DEMO: 'true',
      CIEP_CLOCK_FILE: '/tmp/clock',
      CIEP_FAULTS_FILE: '/tmp/faults',
      GATEWAY_CORS_ORIGINS: 'http://shop.test',
    };
    const { code, said } = await run('gateway', wrong);
    expect(code).toBe(1);
    for (const key of Object.keys(wrong)) expect(said).toContain(`- ${key}`);
    expect(said).not.toMatch(/shop\.test|localhost:3000/);
  });

  it('starts with correct settings', async () => {
    expect(await run('gateway', ofGateway)).toMatchObject({ code: null, said: expect.stringContaining('"msg":"ready"') });
  });
});
