import { addressSetting, processNames, serviceNames, type ProcessName, type ServiceName } from '@ciep/contracts';
import { stringify } from 'yaml';
import { userOf, userResource } from './kafka-users.js';
import { needsOf, settingOf, upstreams } from './needs.js';

/** Where the resources of the services are committed. */
export const servicesPath = 'k8s/base/services.yaml';

/** The maximum number of replicas of a service, and of database connections per replica. */
const replicas = 6;
const connectionsOfOne = 8 + 2;

const component = 'app.kubernetes.io/component';
const serviceLabels = (name: string) => ({ 'app.kubernetes.io/name': name, [component]: 'service' });
/** Allows a pod to connect to a server; network/policies.yaml selects this label. */
const client = (server: string, isClient: boolean | undefined) => (isClient ? { [`network.ciep/${server}`]: 'client' } : {});
const from = (name: string, value: string) => ({ name, value });
const mount = (name: string) => ({ name, mountPath: `/run/secrets/${name}`, readOnly: true });
/** A volume of a secret, with one or all of its keys. */
const volume = (name: string, secretName: string, key?: string) => ({
  name,
  secret: { secretName, defaultMode: 0o440, ...(key !== undefined && { items: [{ key, path: key }] }) },
});
const database = (name: string) => volume('database', `${name}-app`, 'url');
const postgresAuthority = volume('postgres-ca', 'ciep-postgres-ca', 'ca.crt');

/** The pod of a process: the mounted secrets, and the settings that name their files. */
function podOf(name: ProcessName) {
  const { secrets = [], hasConfigMap, keepsFiles, asks = [], sendsMail } = needsOf(name);
  const hasDatabase = name !== 'gateway';
  const keys = [...secrets, ...(sendsMail ? ['smtp-url'] : [])];
  const own = keys.length > 0 ? [volume(name, name)] : [];
  const env = [
    ...(hasDatabase
      ? [
          from(settingOf(name, 'database-url-file'), '/run/secrets/database/url'),
          from('CIEP_KAFKA_CA_FILE', '/run/secrets/kafka-ca/ca.crt'),
          from('CIEP_KAFKA_USER', userOf(name)),
          from('CIEP_KAFKA_PASSWORD_FILE', '/run/secrets/kafka/password'),
        ]
      : [from('GATEWAY_UPSTREAMS', upstreams)]),
    ...asks.map(asked => from(addressSetting(asked), `http://${asked}:8080`)),
    ...(keepsFiles
      ? ['access-key-id', 'secret-access-key'].map(key => from(settingOf('CIEP_S3', `${key}-file`), `/run/secrets/storage/${key}`))
      : []),
    ...keys.map(key => from(settingOf(name, `${key}-file`), `/run/secrets/${name}/${key}`)),
  ];
  const volumes = [
    ...(hasDatabase
      ? [database(name), postgresAuthority, volume('kafka', userOf(name), 'password'), volume('kafka-ca', 'ciep-cluster-ca-cert', 'ca.crt')]
      : []),
    ...(keepsFiles ? [volume('storage', 'storage')] : []),
    ...own,
  ];
  const maps = ['platform', ...(hasConfigMap ? [name] : []), ...(keepsFiles ? ['storage'] : [])];
  return {
    serviceAccountName: name,
    containers: [
      {
        name: 'service',
        args: [`apps/${name}/dist/main.js`],
        env,
        envFrom: maps.map(map => ({ configMapRef: { name: map } })),
        ...(volumes.length > 0 && { volumeMounts: volumes.map(one => mount(one.name)) }),
      },
    ],
    ...(volumes.length > 0 && { volumes }),
  };
}

/** The resources of every process; patches/deployment.yaml adds the common parts of pods. */
function processResources(name: ProcessName): object[] {
  const { isPublicDoor, keepsFiles, asks, callsOut, sendsMail } = needsOf(name);
  const metadata = { name };
  const selector = { matchLabels: serviceLabels(name) };
  const labels = {
    ...serviceLabels(name),
    ...client('postgres', name !== 'gateway'),
    ...client('kafka', name !== 'gateway'),
    ...client('storage', keepsFiles),
    ...client('https', keepsFiles ?? callsOut),
    ...client('smtp', sendsMail),
    ...client('services', asks !== undefined),
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: { metadata: { labels }, spec: podOf(name) } } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: serviceLabels(name), ports: [{ name: 'http', port: 8080, targetPort: 'http' }] },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: 2,
        maxReplicas: isPublicDoor ? 10 : replicas,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
    },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { maxUnavailable: 1, selector } },
  ];
}

/** Additional resources of a process with a database: migration, database, Kafka user. */
function serviceResources(name: ServiceName): object[] {
  const labels = { 'app.kubernetes.io/name': name, [component]: 'migration', ...client('postgres', true) };
  const volumes = [database(name), volume('database-owner', `${name}-owner`, 'url'), postgresAuthority];
  const spec = {
    serviceAccountName: name,
    containers: [
      {
        name: 'service',
        args: [`apps/${name}/dist/main.js`, 'migrate'],
        env: [
          from(settingOf(name, 'database-url-file'), '/run/secrets/database/url'),
          from(settingOf(name, 'database-owner-url-file'), '/run/secrets/database-owner/url'),
        ],
        volumeMounts: volumes.map(one => mount(one.name)),
      },
    ],
    volumes,
  };
  return [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: `${name}-migrate` }, spec: { template: { metadata: { labels }, spec } } },
    {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Database',
      metadata: { name },
      spec: { cluster: { name: 'ciep-postgres' }, name, owner: `${name}_owner` },
    },
    userResource(name),
  ];
}

/** The part of the database cluster that depends on the services; patches/postgres.yaml adds the rest. */
const cluster = (): object => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'ciep-postgres' },
  spec: {
    postgresql: {
      // Every replica of every service, and 100 for migrations and operators.
      parameters: { max_connections: String(serviceNames.length * replicas * connectionsOfOne + 100) },
      pg_hba: [...serviceNames.map(name => `hostssl ${name} ${name}_owner,${name}_app all scram-sha-256`), 'host all all all reject'],
    },
    managed: {
      roles: serviceNames.flatMap(name =>
        ['owner', 'app'].map(role => ({
          name: `${name}_${role}`,
          ensure: 'present',
          login: true,
          passwordSecret: { name: `${name}-${role}` },
        })),
      ),
    },
  },
});

/** Everything that Kubernetes runs for the services. */
export function servicesManifest(): string {
  const resources = [
    cluster(),
    ...processNames.flatMap(name => [...processResources(name), ...(name === 'gateway' ? [] : serviceResources(name))]),
  ];
  const texts = resources.map(resource => stringify(resource, { aliasDuplicateObjects: false, lineWidth: 0 }));
  return `# Generated from the list of services in libs/contracts by \`npm run manifests\`.\n${texts.join('---\n')}`;
}
