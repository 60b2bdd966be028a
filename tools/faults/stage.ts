// The platform as separate processes with a proxy on every link, fault points that can be armed, and a supervisor.
import { existsSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressSetting, serviceNames, thingOwners, type ServiceName, type ProcessName } from '@ciep/contracts';
import pg from 'pg';
import { provisionDatabase } from '../../libs/platform/src/database/provision.js';
import type { FaultPoint } from '../../libs/platform/src/faults/fault-point.js';
import { isAlive } from '../../apps/all-in-one/src/embedded/owner-note.js';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { startSuite, type Suite } from '../services/suite.js';
import { Broker } from './broker.js';
import { PostgresServer } from './postgres.js';
import { Links } from './links.js';
import type { FaultProxy } from './proxy.js';
import type { Program } from './programs.js';
import { Supervisor } from './supervisor.js';

export type { Program } from './programs.js';

export interface StageOptions {
  /** Folder for data, logs and control files; the user `postgres` must be able to enter it. */
  readonly dataDir: string;
  /** Settings for every service. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Overrides the settings of one service; a negative control breaks it here. */
  readonly spoil?: (service: ProcessName, environment: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
}

/** The running platform, and the ways to disturb it. */
export interface Stage {
  readonly suite: Suite;
  /** The URL of the gateway. */
  readonly url: string;
  readonly dataDir: string;
  readonly supervisor: Supervisor;
  readonly postgres: PostgresServer;
  /** Address of Kafka without proxies, for the checker. */
  readonly brokers: string;
  /** Links by name: `billing>postgres`, `billing>kafka`, `billing>identity`, `gateway>billing`. */
  readonly links: ReadonlyMap<string, FaultProxy>;
  link(name: string): FaultProxy;
  /** kill -9; the supervisor restarts it. */
  kill(program: Program): void;
  /** SIGSTOP for this long; resolves when it continues. */
  freeze(service: ProcessName, ms: number): Promise<void>;
  /** Crashes the service when it next reaches the point; resolves to whether it did in time, and disarms otherwise. */
  crash(service: ProcessName, point: FaultPoint, within: number): Promise<boolean>;
  /** Heals every link, and waits until everything runs. */
  heal(within?: number): Promise<void>;
  /** Advances the business clock of all services by an hour. */
  passHour(): void;
  /** A query without proxies, as superuser. */
  query<Row extends object = Record<string, unknown>>(service: ServiceName, sql: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL (fsync on), Kafka and every service, each link with its own proxy, and a supervisor. If anything does not
 * start, everything that was started is stopped again.
 *
 *     const stage = await startStage({ dataDir: '.data/faults' });
 *     stage.kill('billing');
 *     stage.link('billing>postgres').set({ kind: 'black-hole' });
 *     await stage.crash('billing', 'outbox.afterSend', 5_000);
 *     await stage.heal();
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops something that was started; the last one registered is stopped first. */
type Stop = () => Promise<unknown>;

async function start({ dataDir, environment, spoil }: StageOptions, stops: Stop[]): Promise<Omit<Stage, 'stop'>> {
  const postgres = new PostgresServer(join(dataDir, 'postgres'), await freePort());
  stops.push(() => postgres.stop());
  await postgres.start();
  const links = new Links();
  stops.push(() => links.close());
  const broker = await Broker.start(join(dataDir, 'kafka'), links);
  stops.push(() => broker.stop());
  const suite = await startSuite({
    dataDir,
    port: 0,
    adapt: async (name, given) => {
      const led = { ...(await ledThrough(links, name, given)), CIEP_FAULTS_FILE: faultsFile(dataDir, name) };
      return spoil?.(name, led) ?? led;
    },
    environment: { ...(await databasesOn(postgres)), KAFKA_BROKERS: broker.brokers, ...environment },
  });
  stops.push(() => suite.stop());
  const supervisor = new Supervisor([
    { name: 'postgres', isAlive: () => postgres.isAlive, start: () => postgres.start() },
    { name: 'kafka', isAlive: () => isAlive(broker.pid), start: () => broker.restart() },
    ...(['gateway', ...serviceNames] as const).map(name => ({
      name,
      isAlive: () => suite.service(name).pid !== undefined,
      start: () => suite.service(name).start(),
    })),
  ]);
  supervisor.start();
  stops.push(() => supervisor.stop());
  const pools = new Map(serviceNames.map(service => [service, poolOf(postgres.url(service))]));
  stops.push(() => Promise.all([...pools.values()].map(pool => pool.end())));
  stops.push(() => Promise.resolve(links.heal()));
  let hours = 0;
  return {
    suite,
    url: suite.url,
    dataDir,
    supervisor,
    postgres,
    brokers: broker.brokers,
    links: links.byName,
    link: name => links.get(name),
    kill: program => {
      if (program === 'postgres') postgres.kill();
      else signal(program === 'kafka' ? broker.pid : suite.service(program).pid, 'SIGKILL');
    },
    freeze: async (service, ms) => {
      const { pid } = suite.service(service);
      signal(pid, 'SIGSTOP');
      await sleep(ms);
      signal(pid, 'SIGCONT');
    },
    crash: (service, point, within) => crash(faultsFile(dataDir, service), service, point, within),
    heal: async (within = 60_000) => {
      links.heal();
      await supervisor.untilAllRun(within);
    },
    passHour: () => {
      hours += 1;
      suite.moveClockTo(new Date(Date.now() + hours * 3_600_000));
    },
    query: async <Row extends object>(service: ServiceName, sql: string, values: unknown[] = []) =>
      (await (pools.get(service) as pg.Pool).query<Row>(sql, values)).rows,
  };
}

/** The settings of one service with every URL replaced by a link of its own. */
async function ledThrough(links: Links, name: ProcessName, given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const through = (to: string, key: string) => links.through(`${name}>${to}`, given[key] ?? '');
  const led: NodeJS.ProcessEnv = { ...given };
  if (name === 'gateway') {
    const upstreams = (given['GATEWAY_UPSTREAMS'] ?? '').split(',').map(upstream => upstream.split('='));
    const addresses = await Promise.all(upstreams.map(async ([to = '', url = '']) => `${to}=${await links.through(`gateway>${to}`, url)}`));
    led['GATEWAY_UPSTREAMS'] = addresses.join(',');
  } else {
    const key = `${name.toUpperCase()}_DATABASE_URL`;
    led[key] = await through('postgres', key);
    led['KAFKA_BROKERS'] = `127.0.0.1:${links.get(`${name}>kafka`).port}`;
  }
  if (name !== 'identity') for (const key of ['IDENTITY_URL', 'CIEP_JWKS_URL']) led[key] = await through('identity', key);
  if (name === 'notification') for (const to of thingOwners) led[addressSetting(to)] = await through(to, addressSetting(to));
  return led;
}

async function databasesOn(postgres: PostgresServer): Promise<NodeJS.ProcessEnv> {
  const addresses: NodeJS.ProcessEnv = {};
  for (const name of serviceNames) {
    const { ownerUrl, applicationUrl } = await provisionDatabase(postgres.url(), name);
    addresses[`${name.toUpperCase()}_DATABASE_OWNER_URL`] = ownerUrl;
    addresses[`${name.toUpperCase()}_DATABASE_URL`] = applicationUrl;
  }
  return addresses;
}

function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  // PostgreSQL is killed from time to time; the next query opens a new connection.
  pool.on('error', () => undefined);
  return pool;
}

const faultsFile = (dataDir: string, service: ProcessName): string => join(dataDir, `faults-${service}.json`);

async function crash(file: string, service: ProcessName, point: FaultPoint, within: number): Promise<boolean> {
  rmSync(`${file}.fired`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify({ service, point }));
  renameSync(`${file}.new`, file);
  for (const end = Date.now() + within; Date.now() < end; await sleep(20)) if (existsSync(`${file}.fired`)) return true;
  rmSync(file, { force: true });
  // It may have fired a moment ago.
  return existsSync(`${file}.fired`);
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // it exited on its own meanwhile
  }
}
