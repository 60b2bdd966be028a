import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { addressSetting, serviceNames, type ServiceName } from '@ciep/contracts';
import { gateway, Upstreams, type Upstream } from '@ciep/gateway';
import type { Clock } from '@ciep/kernel';
import {
  freePort,
  isFree,
  LocalBus,
  PlatformSettings,
  serve,
  startObserving,
  type Log,
  type Observing,
  type RunningService,
  type ServiceDefinition,
} from '@ciep/platform';
import { startDatabases } from './databases.js';

/** The services behind the gateway, in the order of the list in contracts: each package exports its door by the service's name. */
export const services: readonly ServiceDefinition[] = await Promise.all(serviceNames.map(doorOf));

async function doorOf(name: ServiceName): Promise<ServiceDefinition> {
  const { [name]: door } = (await import(`@ciep/${name}`)) as Partial<Record<ServiceName, ServiceDefinition>>;
  if (door?.name !== name) throw new Error(`@ciep/${name} exports no service of that name`);
  return door;
}

/** The whole platform in one process. */
export interface Platform {
  /** Where the gateway listens. */
  readonly url: string;
  /** Where Prometheus finds the metrics of all services; undefined unless `CIEP_METRICS_PORT` is set. */
  readonly metricsUrl: string | undefined;
  readonly running: ReadonlyMap<string, RunningService>;
  /** Drains the gateway, then the services; stops the databases last. */
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly clock: Clock;
  readonly dataDir: string;
  /** Port of the gateway; 0 takes a free one. */
  readonly port: number;
  /** `false` only for data that may be lost. */
  readonly fsync?: boolean;
  /** Gives the start up; what has been started is stopped before `startPlatform` rejects. */
  readonly signal?: AbortSignal;
}

/** The address is taken: one line with the cure. */
export class PortTaken extends Error {
  constructor(port: number) {
    super(`Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`);
    this.name = 'PortTaken';
  }
}

/** The data folder cannot be used: one line with the cure. */
export class DataFolderUnusable extends Error {
  constructor(folder: string, reason: string) {
    super(`The data folder ${folder} cannot be used (${reason}). Make it writable for you, or choose another one with CIEP_DATA_DIR`);
    this.name = 'DataFolderUnusable';
  }
}

function makeUsable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DataFolderUnusable(folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Throws {@link PortTaken} when a certain port is not free. */
async function portOrThrow(wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  if (!(await isFree(wanted))) throw new PortTaken(wanted);
  return wanted;
}

const upstream = (service: RunningService): Upstream => ({
  name: service.name,
  router: service.route,
  document: () => Promise.resolve(service.document()),
  async ready() {
    const state = await service.readiness();
    return state !== 'draining' && state.ready;
  },
});

/** A free port for each service, chosen before the first one starts: a service may ask others that start later. */
async function portsOfServices(): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const name of serviceNames) {
    let port = await freePort();
    while ([...ports.values()].includes(port)) port = await freePort();
    ports.set(name, port);
  }
  return ports;
}

/** Starts every service and the gateway in this process, on one bus that hands events straight on. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { environment, log, clock, dataDir, signal } = options;
  makeUsable(dataDir);
  const port = await portOrThrow(options.port);
  const ports = await portsOfServices();
  const address = (name: ServiceName) => `http://127.0.0.1:${ports.get(name)}`;
  const databases = await startDatabases(services, environment, {
    dataDir,
    report: message => log.error(message),
    ...(options.fsync !== undefined && { fsync: options.fsync }),
  });
  const bus = new LocalBus();
  const running = new Map<string, RunningService>();
  let observing: Observing | undefined;
  const close = async (): Promise<void> => {
    // Requests in flight at the gateway still need the services; these stop in parallel, in the remaining time.
    await running.get(gateway.name)?.close();
    await Promise.all([...running.values()].filter(({ name }) => name !== gateway.name).map(service => service.close()));
    await bus.close();
    await databases.stop();
    await observing?.close();
  };
  try {
    signal?.throwIfAborted();
    observing = await startObserving(new PlatformSettings(environment), log);
    // The secret lasts as long as the process, which has both of its users.
    const secret = randomBytes(24).toString('base64url');
    const shared = {
      CIEP_ISSUER: `http://localhost:${port}/oidc`,
      CIEP_JWKS_URL: `${address('identity')}/oidc/jwks`,
      ...Object.fromEntries(serviceNames.map(name => [addressSetting(name), address(name)])),
      IDENTITY_SERVICE_CLIENTS: `notification=${secret}`,
      NOTIFICATION_CLIENT_SECRET: secret,
      CIEP_DATA_DIR: dataDir,
      ...environment,
    };
    for (const definition of services) {
      const service = await serve(definition, {
        // The gateway waits for the load balancers, for all services.
        environment: { ...shared, PORT: String(ports.get(definition.name)), CIEP_DRAIN_DELAY_MS: '0' },
        log,
        clock,
        bus,
        databaseUrl: databases.urlOf(definition.name),
      });
      running.set(definition.name, service);
      signal?.throwIfAborted();
    }
    const upstreams: Upstreams = {
      all: () =>
        services
          .map(({ name }) => running.get(name))
          .filter(service => service !== undefined)
          .map(upstream),
    };
    const door = await serve(gateway, {
      environment: { ...shared, PORT: String(port) },
      log,
      clock,
      providers: [{ provide: Upstreams, useValue: upstreams }],
    });
    running.set(gateway.name, door);
    for (const service of running.values()) {
      signal?.throwIfAborted();
      await service.seed();
    }
    signal?.throwIfAborted();
    for (const service of running.values()) service.begin();
    return { url: `http://localhost:${port}`, metricsUrl: observing.metricsUrl, running, close };
  } catch (error) {
    await close();
    throw error;
  }
}
