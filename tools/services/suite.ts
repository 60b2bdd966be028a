// The platform as separate processes: one per service, each with its own database, over a real Kafka.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../libs/platform/src/embedded/embedded-postgres.js';
import { freePort } from '../../libs/platform/src/embedded/free-port.js';
import { provisionDatabase, type ServiceDatabase } from '../../libs/platform/src/database/provision.js';
import { kafkaOrThrow, startKafka } from '../kafka/kafka.js';
import { ServiceProcess } from './service-process.js';

const root = join(import.meta.dirname, '../..');
const withDatabase = ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const;

/** The services, as their folders are called. */
export type ServiceName = (typeof withDatabase)[number] | 'gateway';

export interface SuiteOptions {
  /** Folder of the databases, Kafka's data, files and logs. What is there is found again. */
  readonly dataDir: string;
  /** Port of the gateway; 0 takes a free one. */
  readonly port: number;
  /** `false` only for data that may be lost. */
  readonly fsync?: boolean;
  /** Settings for all services, above those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Called when a service ends without having been told to. Nothing restarts it but `service(…).start()`. */
  readonly onUnexpectedEnd?: (name: string, reason: string) => void;
  /** Gives the start up; what has been started is stopped before `startSuite` rejects. */
  readonly signal?: AbortSignal;
}

/** The running platform. */
export interface Suite {
  /** Where the gateway listens. */
  readonly url: string;
  /** The Kafka in use. */
  readonly brokers: string;
  /** Process id of the Kafka that the suite started itself. */
  readonly kafkaPid: number | undefined;
  /** One service: its own address, log file, process id; `kill()`, `stop()` and `start()` again. */
  service(name: ServiceName): ServiceProcess;
  /** Addresses of a service's database. */
  database(name: Exclude<ServiceName, 'gateway'>): ServiceDatabase;
  /** Moves the business clock of all services to an instant, from which it goes on. */
  moveClockTo(instant: Date): void;
  /** Gateway first, then the services, Kafka and PostgreSQL; within 10 seconds. */
  stop(): Promise<void>;
}

/** The gateway's port is taken: one line with the cure. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(port: number) {
    super(`Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm run services`);
  }
}

/**
 * Builds what has changed, starts PostgreSQL and, unless KAFKA_BROKERS names one, Kafka, brings databases and topics up to
 * date and starts every service, in the development profile. Resolves when all are ready; leaves nothing behind if one is not.
 *
 *     const suite = await startSuite({ dataDir: '.data/services', port: 3000 });
 *     await suite.service('billing').kill();
 */
export async function startSuite(options: SuiteOptions): Promise<Suite> {
  const dataDir = resolve(options.dataDir);
  const inherited = { ...process.env, ...options.environment };
  const port = await portOrThrow(options.port);
  if (!inherited['KAFKA_BROKERS']) kafkaOrThrow('npm run services');
  await build(options.signal);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });

  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const { signal } = options;
  try {
    const [kafka, databases] = await both(
      broker(inherited, dataDir, stops, signal),
      startDatabases(inherited, dataDir, options.fsync ?? true, stops),
    );
    signal?.throwIfAborted();
    const ports = new Map<ServiceName, number>([['gateway', port]]);
    for (const name of withDatabase) ports.set(name, await portOrThrow(0));
    const clockFile = inherited['CIEP_CLOCK_FILE'] ?? join(dataDir, 'clock');
    const environment = {
      ...settings({ inherited, ports, databases, dataDir, clockFile }),
      KAFKA_BROKERS: kafka.brokers,
    };
    const processes = new Map(
      [...ports].map(([name, own]) => {
        const onUnexpectedEnd = options.onUnexpectedEnd ?? (() => undefined);
        const process = {
          name,
          port: own,
          folder: join(dataDir, 'logs'),
          onUnexpectedEnd,
          environment: { ...environment, PORT: String(own) },
        };
        return [name, new ServiceProcess(process)] as const;
      }),
    );
    const of = (name: ServiceName) => processes.get(name) as ServiceProcess;
    await Promise.all([...processes.values()].map(process => process.endLeftOver()));
    await all(withDatabase.map(name => of(name).migrate()));
    signal?.throwIfAborted();
    const stopServices = async () => {
      await of('gateway').stop();
      await Promise.all(withDatabase.map(name => of(name).stop()));
    };
    stops.push(stopServices);
    signal?.addEventListener('abort', () => void stopServices());
    await all([...processes.values()].map(process => process.start()));
    return {
      url: `http://localhost:${port}`,
      brokers: kafka.brokers,
      kafkaPid: kafka.pid,
      service: of,
      database: name => databases.get(name) as ServiceDatabase,
      moveClockTo: instant => writeFileSync(clockFile, String(instant.getTime() - Date.now())),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOrThrow(wanted: number): Promise<number> {
  const port = await freePort(wanted);
  if (port === undefined) throw new PortTaken(wanted);
  return port;
}

async function build(signal: AbortSignal | undefined): Promise<void> {
  const projects = [...withDatabase, 'gateway', 'all-in-one'].map(name => join(root, 'apps', name));
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects];
  await promisify(execFile)(process.execPath, args, { ...(signal && { signal }) }).catch((error: { stdout?: string }) => {
    signal?.throwIfAborted();
    throw new Error(`the platform cannot be built:\n${error.stdout ?? String(error)}`, { cause: error });
  });
}

/** Waits for all, also if one fails: what the others start must be known before anything is stopped. */
async function all<T>(starts: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function broker(
  environment: NodeJS.ProcessEnv,
  dataDir: string,
  stops: (() => Promise<void>)[],
  signal: AbortSignal | undefined,
): Promise<{ brokers: string; pid: number | undefined }> {
  if (environment['KAFKA_BROKERS']) return { brokers: environment['KAFKA_BROKERS'], pid: undefined };
  const kafka = await startKafka({ dir: join(dataDir, 'kafka'), ...(signal && { signal }) });
  stops.push(() => kafka.stop());
  return kafka;
}

async function startDatabases(
  environment: NodeJS.ProcessEnv,
  dataDir: string,
  fsync: boolean,
  stops: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, ServiceDatabase>> {
  const given = new Map(withDatabase.map(name => [name, givenDatabase(name, environment)]));
  const server = [...given.values()].every(Boolean)
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), fsync });
  if (server) stops.unshift(() => server.stop());
  const databases = new Map<string, ServiceDatabase>();
  for (const [name, database] of given) databases.set(name, database ?? (await provisionDatabase(server?.url() ?? '', name)));
  return databases;
}

function givenDatabase(name: string, environment: NodeJS.ProcessEnv): ServiceDatabase | undefined {
  const applicationUrl = environment[`${name.toUpperCase()}_DATABASE_URL`];
  if (!applicationUrl) return undefined;
  const ownerUrl = environment[`${name.toUpperCase()}_DATABASE_OWNER_URL`] ?? applicationUrl;
  return { applicationUrl, ownerUrl, applicationRole: decodeURIComponent(new URL(applicationUrl).username) };
}

function settings(given: {
  inherited: NodeJS.ProcessEnv;
  ports: ReadonlyMap<ServiceName, number>;
  databases: ReadonlyMap<string, ServiceDatabase>;
  dataDir: string;
  clockFile: string;
}): NodeJS.ProcessEnv {
  const { inherited, ports, databases } = given;
  const address = (name: ServiceName) => `http://127.0.0.1:${ports.get(name)}`;
  // Both sides of it end with the suite.
  const secret = randomBytes(24).toString('base64url');
  const environment: NodeJS.ProcessEnv = {
    CIEP_PROFILE: 'development',
    CIEP_SEED_DEMO: 'true',
    CIEP_ISSUER: `http://localhost:${ports.get('gateway')}/oidc`,
    CIEP_JWKS_URL: `${address('identity')}/oidc/jwks`,
    IDENTITY_URL: address('identity'),
    IDENTITY_SERVICE_CLIENTS: `notification=${secret}`,
    NOTIFICATION_CLIENT_SECRET: secret,
    GATEWAY_UPSTREAMS: withDatabase.map(name => `${name}=${address(name)}`).join(','),
    ...inherited,
    CIEP_DATA_DIR: given.dataDir,
    CIEP_CLOCK_FILE: given.clockFile,
    // "ready" is a line of this level.
    CIEP_LOG_LEVEL: inherited['CIEP_LOG_LEVEL'] === 'debug' ? 'debug' : 'info',
  };
  for (const [name, { ownerUrl, applicationUrl }] of databases) {
    environment[`${name.toUpperCase()}_DATABASE_OWNER_URL`] = ownerUrl;
    environment[`${name.toUpperCase()}_DATABASE_URL`] = applicationUrl;
  }
  // A test runner's own: libraries would behave otherwise.
  delete environment['NODE_ENV'];
  delete environment['NODE_OPTIONS'];
  return environment;
}
