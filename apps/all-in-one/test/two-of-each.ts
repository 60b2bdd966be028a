import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processNames, type ProcessName, type ServiceName } from '@ciep/contracts';
import { freePort } from '@ciep/platform';
import pg from 'pg';
import { Balancer } from '../../../tools/services/balancer.js';
import { ServiceProcess } from '../../../tools/services/service-process.js';
import { startSuite, type Suite } from '../../../tools/services/suite.js';
import { wideLimits } from '../../../tools/services/wide-limits.js';

/** The suite with two processes of each service and two gateways, one load balancer in front of the gateways and one in front of each service that others ask. */
export interface TwoOfEach {
  readonly suite: Suite;
  readonly url: string;
  readonly dataDir: string;
  /** The settings of all services. */
  readonly environment: NodeJS.ProcessEnv;
  /** The two processes of a service. */
  all(name: ProcessName): readonly ServiceProcess[];
  /** Queries the database of a service as its owner. */
  ask<Row>(name: ServiceName, sql: string, values?: unknown[]): Promise<Row[]>;
  /** All processes, grouped by service. */
  readonly instances: readonly ServiceProcess[];
  close(): Promise<void>;
}

/** The services that others ask. */
const asked = ['identity', 'exhibition', 'billing'] as const;

/** How long a stopping process still accepts requests: balancer and gateway check readiness twice a second and wait at most 2 s for the answer. */
export const drainDelayMs = 3_000;

export async function startTwoOfEach(): Promise<TwoOfEach> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ciep-two-'));
  // The database server runs as another user and needs access to the folder.
  await chmod(dataDir, 0o755);
  const door = await freePort();
  const url = `http://localhost:${door}`;
  const seconds = new Map<ProcessName, ServiceProcess>();
  const instancesOf = (name: ProcessName) => [suite?.service(name), seconds.get(name)].filter(one => one !== undefined);
  let suite: Suite | undefined;
  const origins = (name: ProcessName) => () => instancesOf(name).map(instance => instance.url);
  // The first instances start before the suite.
  const firstOf = new Map<ProcessName, string>();
  let shared: NodeJS.ProcessEnv = {};
  const balancers = [await Balancer.start(door, origins('gateway'))];
  const addresses: Record<string, string> = {};
  for (const name of asked) {
    const port = await freePort();
    balancers.push(await Balancer.start(port, () => (suite ? origins(name)() : [firstOf.get(name) ?? []].flat())));
    addresses[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${port}`;
  }
  const ports = new Map<ProcessName, number>();
  const adapt = async (name: ProcessName, given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> => {
    firstOf.set(name, `http://127.0.0.1:${given['PORT']}`);
    shared = given;
    for (const service of processNames) if (!ports.has(service)) ports.set(service, await freePort());
    const upstreams = given['GATEWAY_UPSTREAMS']?.replace(
      /(\w+)=(http:[^,]+)/g,
      (_, service: ProcessName, first: string) => `${service}=${first}|http://127.0.0.1:${ports.get(service)}`,
    );
    const environment = { ...given, GATEWAY_UPSTREAMS: upstreams };
    const port = ports.get(name) as number;
    const second = { name, port, folder: join(dataDir, 'logs-2'), environment: { ...environment, PORT: String(port) } };
    seconds.set(name, new ServiceProcess({ ...second, onUnexpectedEnd: () => undefined }));
    return environment;
  };
  const environment = {
    ...wideLimits,
    // A broker of its own, which the test can kill.
    KAFKA_BROKERS: '',
    CIEP_DRAIN_DELAY_MS: String(drainDelayMs),
    CIEP_ISSUER: `${url}/oidc`,
    CIEP_JWKS_URL: `${addresses['IDENTITY_URL']}/oidc/jwks`,
    ...addresses,
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
    const instances = processNames.flatMap(instancesOf);
    const ask = <Row>(name: ServiceName, sql: string, values: unknown[] = []) => askDatabase<Row>(database(name).ownerUrl, sql, values);
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
