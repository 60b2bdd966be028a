// The platform as separate processes with a proxy on every link, crash points that can be armed, and a supervisor.
import { existsSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { provisionDatabase } from '../../libs/platform/src/database/provision.js';
import type { FaultPoint } from '../../libs/platform/src/faults/fault-point.js';
import { isAlive } from '../../libs/platform/src/embedded/owner-note.js';
import { startKafka, type KafkaBroker } from '../kafka/kafka.js';
import { stablePort } from '../services/stable-port.js';
import { startSuite, type ServiceName, type Suite } from '../services/suite.js';
import { PostgresServer } from './postgres.js';
import { FaultProxy } from './proxy.js';
import { Supervisor } from './supervisor.js';

/** The services with a database. */
export const keepers = ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const;
export type Keeper = (typeof keepers)[number];

/** Everything that runs, by name. */
export type Program = ServiceName | 'postgres' | 'kafka';

export interface StageOptions {
  /** Folder for data, logs and control files; the user `postgres` must be able to enter it. */
  readonly dataDir: string;
  /** Settings for every service. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Has the last word on the settings of one service; a negative control spoils it here. */
  readonly spoil?: (service: ServiceName, environment: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
}

/** The running platform, and the means to hurt it. */
export interface Stage {
  readonly suite: Suite;
  /** Where the gateway listens. */
  readonly url: string;
  readonly dataDir: string;
  readonly supervisor: Supervisor;
  readonly postgres: PostgresServer;
  /** Address of Kafka past all proxies, for the checker. */
  readonly brokers: string;
  /** Links by name: `billing>postgres`, `billing>kafka`, `billing>identity`, `gateway>billing`. */
  readonly links: ReadonlyMap<string, FaultProxy>;
  link(name: string): FaultProxy;
  /** kill -9; the supervisor brings it back. */
  kill(program: Program): void;
  /** SIGSTOP for so long; resolves when it goes on. */
  freeze(service: ServiceName, ms: number): Promise<void>;
  /** Has the service die when it next reaches the point; resolves to whether it did within the time, disarms otherwise. */
  crash(service: ServiceName, point: FaultPoint, within: number): Promise<boolean>;
  /** Every link passes everything again, and everything runs. */
  heal(within?: number): Promise<void>;
  /** Has the business clock of all services go on by an hour at once. */
  passHour(): void;
  /** A query past all proxies, as superuser. */
  query<Row extends object = Record<string, unknown>>(service: Keeper, sql: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL (fsync on), Kafka and every service, each link through a proxy of its own, and a supervisor.
 *
 *     const stage = await startStage({ dataDir: '/var/tmp/faults' });
 *     stage.kill('billing');
 *     stage.link('billing>postgres').set({ kind: 'black-hole' });
 *     await stage.crash('billing', 'outbox.afterSend', 5_000);
 *     await stage.heal();
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { dataDir } = options;
  const links = new Map<string, FaultProxy>();
  const lay = async (name: string, target: number, port?: number) => {
    const link = await FaultProxy.start(name, target, port);
    links.set(name, link);
    return link.port;
  };
  const postgresPort = await stablePort();
  const postgres = new PostgresServer(join(dataDir, 'postgres'), postgresPort);
  await postgres.start();
  const kafkaPort = await stablePort();
  const doors = new Map<string, { port: number; advertisedPort: number }>();
  for (const name of keepers) {
    const port = await stablePort();
    doors.set(name, { port, advertisedPort: await lay(`${name}>kafka`, port) });
  }
  const startBroker = () => startKafka({ dir: join(dataDir, 'kafka'), port: kafkaPort, doors: [...doors.values()] });
  let kafka: KafkaBroker = await startBroker();

  const databases: NodeJS.ProcessEnv = {};
  for (const name of keepers) {
    const { ownerUrl, applicationUrl } = await provisionDatabase(postgres.url(), name);
    databases[`${name.toUpperCase()}_DATABASE_OWNER_URL`] = ownerUrl;
    databases[`${name.toUpperCase()}_DATABASE_URL`] = applicationUrl;
  }

  const adapt = async (name: ServiceName, given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> => {
    const environment: NodeJS.ProcessEnv = { ...given, CIEP_FAULTS_FILE: faultsFile(dataDir, name) };
    if (name === 'gateway') {
      const upstreams = (given['GATEWAY_UPSTREAMS'] ?? '').split(',').map(upstream => upstream.split('='));
      const led = await Promise.all(upstreams.map(async ([to = '', url = '']) => `${to}=${await through(`gateway>${to}`, url)}`));
      environment['GATEWAY_UPSTREAMS'] = led.join(',');
    } else {
      const key = `${name.toUpperCase()}_DATABASE_URL`;
      environment[key] = await through(`${name}>postgres`, given[key] ?? '');
      environment['KAFKA_BROKERS'] = `127.0.0.1:${doors.get(name)?.advertisedPort}`;
    }
    if (name !== 'identity') {
      environment['IDENTITY_URL'] = await through(`${name}>identity`, given['IDENTITY_URL'] ?? '');
      environment['CIEP_JWKS_URL'] = await through(`${name}>identity`, given['CIEP_JWKS_URL'] ?? '');
    }
    return options.spoil?.(name, environment) ?? environment;
  };
  const through = async (name: string, address: string): Promise<string> => {
    const url = new URL(address);
    url.port = String(links.get(name)?.port ?? (await lay(name, Number(url.port))));
    return url.pathname === '/' ? url.origin : url.href;
  };

  const suite = await startSuite({
    dataDir,
    port: 0,
    adapt,
    environment: { ...databases, KAFKA_BROKERS: kafka.brokers, ...options.environment },
  });
  const services: readonly ServiceName[] = ['gateway', ...keepers];
  const supervisor = new Supervisor([
    { name: 'postgres', alive: () => postgres.alive, start: () => postgres.start() },
    {
      name: 'kafka',
      alive: () => isAlive(kafka.pid),
      start: async () => {
        kafka = await startBroker();
      },
    },
    ...services.map(name => ({
      name,
      alive: () => suite.service(name).pid !== undefined,
      start: () => suite.service(name).start(),
    })),
  ]);
  supervisor.start();

  let hours = 0;
  const pools = new Map<string, pg.Pool>();
  const poolOf = (service: Keeper): pg.Pool => {
    let pool = pools.get(service);
    if (!pool) {
      pool = new pg.Pool({ connectionString: postgres.url(service), max: 2, connectionTimeoutMillis: 5_000 });
      pool.on('error', () => undefined);
      pools.set(service, pool);
    }
    return pool;
  };

  const stage: Stage = {
    suite,
    url: suite.url,
    dataDir,
    supervisor,
    postgres,
    brokers: kafka.brokers,
    links,
    link: name => {
      const found = links.get(name);
      if (!found) throw new Error(`there is no link ${name}; there are ${[...links.keys()].join(', ')}`);
      return found;
    },
    kill: program => {
      if (program === 'postgres') postgres.kill();
      else if (program === 'kafka') signal(kafka.pid, 'SIGKILL');
      else signal(suite.service(program).pid, 'SIGKILL');
    },
    freeze: async (service, ms) => {
      const { pid } = suite.service(service);
      signal(pid, 'SIGSTOP');
      await sleep(ms);
      signal(pid, 'SIGCONT');
    },
    crash: (service, point, within) => crash(faultsFile(dataDir, service), service, point, within),
    heal: async (within = 60_000) => {
      for (const link of links.values()) link.heal();
      await supervisor.untilAllRun(within);
    },
    passHour: () => {
      hours += 1;
      suite.moveClockTo(new Date(Date.now() + hours * 3_600_000));
    },
    query: async <Row extends object>(service: Keeper, sql: string, values: unknown[] = []) =>
      (await poolOf(service).query<Row>(sql, values)).rows,
    stop: async () => {
      for (const link of links.values()) link.heal();
      await supervisor.stop();
      await Promise.all([...pools.values()].map(pool => pool.end()));
      await suite.stop();
      for (const link of links.values()) await link.close();
      await kafka.stop(2_000);
      await postgres.stop();
    },
  };
  return stage;
}

const faultsFile = (dataDir: string, service: ServiceName): string => join(dataDir, `faults-${service}.json`);

async function crash(file: string, service: ServiceName, point: FaultPoint, within: number): Promise<boolean> {
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
    // it died on its own meanwhile
  }
}
