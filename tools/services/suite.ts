// The platform as separate processes: one per service, each with its own database, over a real Kafka.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addressSetting, processNames, serviceNames, type ProcessName, type ServiceName } from '@ciep/contracts';
import { startEmbeddedPostgres } from '../../apps/all-in-one/src/embedded/embedded-postgres.js';
import { freePort, isFree } from '../../libs/platform/src/network/free-port.js';
import { dropOwner, livingOwner, noteOwner } from '../../apps/all-in-one/src/embedded/owner-note.js';
import { provisionDatabase, type ServiceDatabase } from '../../libs/platform/src/database/provision.js';
import { kafkaOrThrow, startKafka } from '../kafka/kafka.js';
import { tourReceiver } from '../tour/webhook-receiver.js';
import { endLeftOver, ServiceProcess } from './service-process.js';

const root = join(import.meta.dirname, '../..');
// Everything stops within 10 seconds: requests in flight end before the services that answer them.
const gatewayFirst = 3_000;
const othersAfter = 4_000;
const kafkaLast = 2_000;

export interface SuiteOptions {
  /** Folder of the databases, Kafka's data, files and logs. Existing data is reused. */
  readonly dataDir: string;
  /** Port of the gateway; 0 takes a free one. */
  readonly port: number;
  /** `false` only for data that may be lost. */
  readonly fsync?: boolean;
  /** Settings for all services; they override those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Overrides the settings of one service, for example to route its connections through a proxy. */
  readonly adapt?: (name: ProcessName, environment: NodeJS.ProcessEnv) => Promise<NodeJS.ProcessEnv>;
  /** Called when a service exits without a request to stop. Only `service(…).start()` restarts it. */
  readonly onUnexpectedEnd?: (name: string, reason: string) => void;
  /** Aborts the start; everything started is stopped before `startSuite` rejects. */
  readonly signal?: AbortSignal;
}

/** The running platform. */
export interface Suite {
  /** Where the gateway listens. */
  readonly url: string;
  /** The Kafka in use. */
  readonly brokers: string;
  /** Process id of the Kafka that the suite itself started. */
  readonly kafkaPid: number | undefined;
  /** One service: address, log file, process id; `kill()`, `stop()` and `start()` again. */
  service(name: ProcessName): ServiceProcess;
  /** Addresses of a service's database. */
  database(name: ServiceName): ServiceDatabase;
  /** Sets the business clock of all services to an instant, from which it continues. */
  moveClockTo(instant: Date): void;
  /** Stops the gateway first, then the services, Kafka and PostgreSQL; within 10 seconds. */
  stop(): Promise<void>;
}

/** The gateway's port is taken: one line with the remedy. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(port: number) {
    super(`Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm run services`);
  }
}

/** Another suite uses the folder: one line with the remedy. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';

  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}. Stop it (kill ${pid}), or choose another folder with CIEP_DATA_DIR`);
  }
}

/** The data folder cannot be used: one line with the remedy. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';

  constructor(dataDir: string, reason: string) {
    super(`The data folder ${dataDir} cannot be used (${reason}). Make it writable for you, or choose another one with CIEP_DATA_DIR`);
  }
}

/**
 * Builds changed sources, starts PostgreSQL and, unless KAFKA_BROKERS is set, Kafka, migrates databases and topics, and starts every
 * service in the development profile. Resolves when all are ready; leaves nothing behind if one is not.
 *
 *     const suite = await startSuite({ dataDir: '.data/services', port: 3000 });
 *     await suite.service('billing').kill();
 */
export async function startSuite(options: SuiteOptions): Promise<Suite> {
  const dataDir = resolve(options.dataDir);
  const inherited = { ...process.env, ...options.environment };
  if (!inherited['KAFKA_BROKERS']) kafkaOrThrow('npm run services');
  const owner = takeOver(dataDir);
  const stops: Stop[] = [() => Promise.resolve(dropOwner(owner))];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, { dataDir, inherited, stops })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops something that was started; the last one in the list first. */
type Stop = () => Promise<void>;

interface Place {
  readonly dataDir: string;
  readonly inherited: NodeJS.ProcessEnv;
  readonly stops: Stop[];
}

async function start(options: SuiteOptions, place: Place): Promise<Omit<Suite, 'stop'>> {
  const {
    port: wanted,
    fsync = true,
    signal,
    onUnexpectedEnd = () => undefined,
    adapt = (_name, given) => Promise.resolve(given),
  } = options;
  const folder = join(place.dataDir, 'logs');
  await Promise.all(processNames.map(name => endLeftOver(folder, name)));
  const port = await portOrThrow(wanted);
  await build(signal);
  const [kafka, databases] = await both(broker(place, signal), startDatabases(place, fsync));
  signal?.throwIfAborted();

  const ports = new Map<ProcessName, number>();
  for (const name of processNames) ports.set(name, name === 'gateway' ? port : await freePort());
  const clockFile = place.inherited['CIEP_CLOCK_FILE'] ?? freshClock(place.dataDir);
  const environment = { ...settings({ ...place, ports, databases, clockFile }), KAFKA_BROKERS: kafka.brokers };
  const processes = new Map<ProcessName, ServiceProcess>();
  for (const [name, own] of ports) {
    const adapted = await adapt(name, { ...environment, PORT: String(own) });
    processes.set(name, new ServiceProcess({ name, port: own, folder, environment: adapted, onUnexpectedEnd }));
  }
  const service = (name: ProcessName) => processes.get(name) as ServiceProcess;
  await all(serviceNames.map(name => service(name).migrate()));
  signal?.throwIfAborted();

  const stopServices = async () => {
    const closed = service('gateway').stop();
    await Promise.race([closed, sleep(gatewayFirst, undefined, { ref: false })]);
    await Promise.all([closed, ...serviceNames.map(name => service(name).stop(othersAfter))]);
  };
  place.stops.push(stopServices);
  signal?.addEventListener('abort', () => void stopServices());
  await all(processNames.map(name => service(name).start()));
  return {
    url: `http://localhost:${port}`,
    brokers: kafka.brokers,
    kafkaPid: kafka.pid,
    service,
    database: name => databases.get(name) as ServiceDatabase,
    moveClockTo: instant => writeFileSync(clockFile, String(instant.getTime() - Date.now())),
  };
}

/** A clock at the machine's time, whatever an earlier run set. */
function freshClock(dataDir: string): string {
  const file = join(dataDir, 'clock');
  rmSync(file, { force: true });
  return file;
}

/** Claims the folder, or throws: processes of a running suite must not be stopped as left-overs. */
function takeOver(dataDir: string): string {
  const owner = join(dataDir, 'owner.json');
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FolderUnusable(dataDir, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const pid = livingOwner(owner);
  if (pid !== undefined && pid !== process.pid) throw new FolderInUse(dataDir, pid);
  noteOwner(owner);
  return owner;
}

async function portOrThrow(wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  if (!(await isFree(wanted))) throw new PortTaken(wanted);
  return wanted;
}

async function build(signal: AbortSignal | undefined): Promise<void> {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b', join(root, 'apps/all-in-one')];
  await promisify(execFile)(process.execPath, args, { ...(signal && { signal }) }).catch((error: { stdout?: string }) => {
    signal?.throwIfAborted();
    throw new Error(`the platform cannot be built:\n${error.stdout ?? 'see npm run build'}`, { cause: error });
  });
}

/** Waits for all, even if one fails: everything that the others start must be known before the shutdown. */
async function all<T>(starts: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function broker(place: Place, signal: AbortSignal | undefined): Promise<{ brokers: string; pid: number | undefined }> {
  const { KAFKA_BROKERS: brokers } = place.inherited;
  if (brokers) return { brokers, pid: undefined };
  const kafka = await startKafka({ dir: join(place.dataDir, 'kafka'), ...(signal && { signal }) });
  place.stops.push(() => kafka.stop(kafkaLast));
  return kafka;
}

async function startDatabases({ inherited, dataDir, stops }: Place, fsync: boolean): Promise<ReadonlyMap<string, ServiceDatabase>> {
  const given = new Map(serviceNames.map(name => [name, givenDatabase(name, inherited)]));
  const server = [...given.values()].every(Boolean)
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), fsync });
  if (server) stops.splice(1, 0, () => server.stop());
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
  ports: ReadonlyMap<ProcessName, number>;
  databases: ReadonlyMap<string, ServiceDatabase>;
  dataDir: string;
  clockFile: string;
}): NodeJS.ProcessEnv {
  const { inherited, ports, databases } = given;
  const address = (name: ProcessName) => `http://127.0.0.1:${ports.get(name)}`;
  // Both sides of it live only as long as the suite.
  const secret = randomBytes(24).toString('base64url');
  const environment: NodeJS.ProcessEnv = {
    CIEP_PROFILE: 'development',
    CIEP_SEED_DEMO: 'true',
    // As in `npm start`: webhooks go to public addresses only, and to the receiver of `npm run tour`.
    NOTIFICATION_WEBHOOK_ALLOW: `${tourReceiver.host}:${tourReceiver.port}`,
    CIEP_ISSUER: `http://localhost:${ports.get('gateway')}/oidc`,
    CIEP_JWKS_URL: `${address('identity')}/oidc/jwks`,
    ...Object.fromEntries(serviceNames.map(name => [addressSetting(name), address(name)])),
    IDENTITY_SERVICE_CLIENTS: `notification=${secret}`,
    NOTIFICATION_CLIENT_SECRET: secret,
    GATEWAY_UPSTREAMS: serviceNames.map(name => `${name}=${address(name)}`).join(','),
    // As in `npm start`: the same programs start repeatedly.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
    ...inherited,
    CIEP_DATA_DIR: given.dataDir,
    CIEP_CLOCK_FILE: given.clockFile,
    // "ready" is logged at this level.
    CIEP_LOG_LEVEL: inherited['CIEP_LOG_LEVEL'] === 'debug' ? 'debug' : 'info',
  };
  for (const [name, { ownerUrl, applicationUrl }] of databases) {
    environment[`${name.toUpperCase()}_DATABASE_OWNER_URL`] = ownerUrl;
    environment[`${name.toUpperCase()}_DATABASE_URL`] = applicationUrl;
  }
  // Set by a test runner; libraries would behave differently.
  delete environment['NODE_ENV'];
  delete environment['NODE_OPTIONS'];
  return environment;
}
