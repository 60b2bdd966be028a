import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@ciep/platform';
import pg from 'pg';
import { Balancer } from '../../../tools/services/balancer.js';
import { ServiceProcess } from '../../../tools/services/service-process.js';
import { startSuite, type ServiceName, type Suite } from '../../../tools/services/suite.js';
import { wideLimits } from '../../../tools/services/wide-limits.js';

/** The suite with two processes of each service and two gateways, a load balancer in front of the gateways and one in front of identity. */
export interface TwoOfEach {
  readonly suite: Suite;
  readonly url: string;
  readonly dataDir: string;
  /** The settings of all services. */
  readonly environment: NodeJS.ProcessEnv;
  /** The two processes of a service. */
  all(name: ServiceName): readonly ServiceProcess[];
  /** Asks the database of a service, as its owner. */
  ask<Row>(name: DatabaseName, sql: string, values?: unknown[]): Promise<Row[]>;
  /** All processes, the two of a service one after the other. */
  readonly instances: readonly ServiceProcess[];
  close(): Promise<void>;
}

/** The services with a database. */
export const withDatabase = ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const;
export type DatabaseName = (typeof withDatabase)[number];

/** How long a process that is told to stop still takes requests: balancer and gateway ask twice a second who is ready, and wait at most 2 s for the answer. */
export const drainDelayMs = 3_000;

export async function startTwoOfEach(): Promise<TwoOfEach> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ciep-two-'));
  // The database server runs as a user of its own and has to get through.
  await chmod(dataDir, 0o755);
  const [door, identityPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${door}`;
  const seconds = new Map<ServiceName, ServiceProcess>();
  const instancesOf = (name: ServiceName) => [suite?.service(name), seconds.get(name)].filter(one => one !== undefined);
  let suite: Suite | undefined;
  const origins = (name: ServiceName) => () => instancesOf(name).map(instance => instance.url);
  // Identity's first instance is there before the suite is.
  let firstIdentity = '';
  let shared: NodeJS.ProcessEnv = {};
  const balancers = [
    await Balancer.start(door, origins('gateway')),
    await Balancer.start(identityPort, () => (suite ? origins('identity')() : [firstIdentity].filter(Boolean))),
  ];
  const ports = new Map<ServiceName, number>();
  const adapt = async (name: ServiceName, given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> => {
    if (name === 'identity') firstIdentity = `http://127.0.0.1:${given['PORT']}`;
    shared = given;
    for (const service of ['gateway', ...withDatabase] as const) if (!ports.has(service)) ports.set(service, await freePort());
    const upstreams = given['GATEWAY_UPSTREAMS']?.replace(
      /(\w+)=(http:[^,]+)/g,
      (_, service: ServiceName, first: string) => `${service}=${first}|http://127.0.0.1:${ports.get(service)}`,
    );
    const environment = { ...given, GATEWAY_UPSTREAMS: upstreams };
    const port = ports.get(name) as number;
    const second = { name, port, folder: join(dataDir, 'logs-2'), environment: { ...environment, PORT: String(port) } };
    seconds.set(name, new ServiceProcess({ ...second, onUnexpectedEnd: () => undefined }));
    return environment;
  };
  const environment = {
    ...wideLimits,
    // One of its own, which can be killed.
    KAFKA_BROKERS: '',
    CIEP_DRAIN_DELAY_MS: String(drainDelayMs),
    CIEP_ISSUER: `${url}/oidc`,
    CIEP_JWKS_URL: `http://127.0.0.1:${identityPort}/oidc/jwks`,
    IDENTITY_URL: `http://127.0.0.1:${identityPort}`,
  };
  const close = async () => {
    await Promise.all([...seconds.values()].map(instance => instance.kill()));
    await suite?.stop();
    await Promise.all(balancers.map(balancer => balancer.close()));
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    suite = await startSuite({ dataDir, port: 0, fsync: false, adapt, environment });
    await Promise.all([...seconds.values()].map(instance => instance.start()));
    const { database } = suite;
    const instances = (['gateway', ...withDatabase] as const).flatMap(instancesOf);
    const ask = <Row>(name: DatabaseName, sql: string, values: unknown[] = []) => askDatabase<Row>(database(name).ownerUrl, sql, values);
    return { suite, url, dataDir, environment: { ...shared, CIEP_DATA_DIR: dataDir }, all: instancesOf, ask, instances, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function askDatabase<Row>(url: string, sql: string, values: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (values.length > 0 ? await client.query(sql, values) : await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}
