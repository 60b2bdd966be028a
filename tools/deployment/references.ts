import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { topicSize } from '@ciep/contracts';
import type { Resource } from './kubernetes-schemas.js';
import { hasCredentials, isSecret, unknownSettings } from './known-settings.js';
import { topicNames } from './topics.js';
import { environmentOf, workloadsOf } from './workloads.js';

/** Secrets by name, with their keys. */
export type SecretKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** The secrets of k8s/make-secrets.sh, which is run with a fake `kubectl` that starts empty and records its calls. */
export function secretsMade(): SecretKeys {
  const folder = mkdtempSync(join(tmpdir(), 'ciep-secrets-'));
  try {
    const record = join(folder, 'record');
    const kubectl = join(folder, 'kubectl');
    // A unit separator between arguments and a record separator after each call, because values may contain line breaks.
    writeFileSync(
      kubectl,
      `#!/bin/sh\ncase "$*" in *" get secret "*) exit 1 ;; esac\nprintf '%s\\037' "$@" >>'${record}'\nprintf '\\036' >>'${record}'\n`,
    );
    chmodSync(kubectl, 0o755);
    const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, BACKUP_ACCESS_KEY_ID: 'id', BACKUP_SECRET_ACCESS_KEY: 'key' };
    execFileSync('sh', [join(import.meta.dirname, '../../k8s/make-secrets.sh')], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const calls = readFileSync(record, 'utf8').split('\x1e').filter(Boolean).map(call => call.split('\x1f')); // prettier-ignore
    return new Map(
      calls.map(call => {
        const literals = call.filter((_, index) => call[index - 1] === '--from-literal');
        return [call[call.indexOf('generic') + 1] ?? '', new Set(literals.map(literal => literal.slice(0, literal.indexOf('='))))];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Secrets made by operators: the authorities of CloudNativePG's and Strimzi's clusters, and the password of each Strimzi user. */
const madeByOperators = (resources: readonly Resource[]): SecretKeys =>
  new Map([
    ['ciep-postgres-ca', new Set(['ca.crt'])],
    ['ciep-cluster-ca-cert', new Set(['ca.crt'])],
    ...resources.filter(({ kind }) => kind === 'KafkaUser').map(({ metadata }) => [metadata.name, new Set(['password'])] as const),
  ]);

/** References to secrets that do not exist. */
export function secretFaults(resources: readonly Resource[], made: SecretKeys): string[] {
  const known = new Map([...made, ...madeByOperators(resources)]);
  const wanted = [
    ...workloadsOf(resources).flatMap(({ name, kind, pod }) =>
      (pod.volumes ?? []).flatMap(({ secret }) =>
        secret ? (secret.items ?? [{ key: undefined }]).map(({ key }) => ({ by: `${kind} ${name}`, secret: secret.secretName, key })) : [],
      ),
    ),
    ...rolesOf(resources).flatMap(({ name, passwordSecret }) =>
      ['username', 'password'].map(key => ({ by: `role ${name}`, secret: passwordSecret.name, key })),
    ),
    ...backupKeys(resources),
  ];
  return [
    ...wanted
      .filter(({ secret, key }) => !known.has(secret) || (key !== undefined && !known.get(secret)?.has(key)))
      .map(({ by, secret, key }) => `${by} needs ${key ?? 'something'} of the secret ${secret}, which does not exist`),
    ...resources.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => `Secret ${metadata.name}: secrets are not committed`),
  ];
}

interface Role {
  readonly name: string;
  readonly passwordSecret: { readonly name: string };
}

function rolesOf(resources: readonly Resource[]): Role[] {
  const clusters = resources.filter(({ kind }) => kind === 'Cluster');
  return clusters.flatMap(cluster => (cluster['spec'] as { managed: { roles: Role[] } }).managed.roles);
}

function backupKeys(resources: readonly Resource[]): { by: string; secret: string; key: string }[] {
  const stores = resources.filter(({ kind }) => kind === 'ObjectStore');
  return stores.flatMap(store => {
    const { configuration } = store['spec'] as { configuration: { s3Credentials: Record<string, { name: string; key: string }> } };
    return Object.values(configuration.s3Credentials).map(({ name, key }) => ({
      by: `ObjectStore ${store.metadata.name}`,
      secret: name,
      key,
    }));
  });
}

/** Settings that no code reads, and secrets given as text. */
export function settingFaults(resources: readonly Resource[]): string[] {
  return workloadsOf(resources).flatMap(({ name, kind, pod, service }) =>
    pod.containers.flatMap(container => {
      const environment = environmentOf(container, resources);
      const literals = [...environment].filter(([key, value]) => (isSecret(key) && value !== '') || hasCredentials(value));
      const strangers = service === undefined ? [] : unknownSettings(service, environment.keys());
      return [
        ...literals.map(([key]) => `${kind} ${name}: ${key} is a secret in plain text`),
        ...strangers.map(key => `${kind} ${name}: ${service} has no setting ${key}`),
      ];
    }),
  );
}

/** Topics that are missing, unknown, or configured differently from production. */
export function topicFaults(resources: readonly Resource[]): string[] {
  const topics = resources
    .filter(({ kind }) => kind === 'KafkaTopic')
    .map(topic => topic['spec'] as { topicName: string; partitions: number; replicas: number; config: Record<string, unknown> });
  const names = topics.map(({ topicName }) => topicName);
  const expected = topicNames();
  return [
    ...expected.filter(name => !names.includes(name)).map(name => `there is no KafkaTopic for ${name}`),
    ...names.filter(name => !expected.includes(name)).map(name => `no event goes to the KafkaTopic ${name}`),
    ...topics
      .filter(({ topicName, ...size }) => JSON.stringify(size, sorted(size)) !== JSON.stringify(topicSize, sorted(topicSize)))
      .map(({ topicName }) => `KafkaTopic ${topicName} has other settings than production`),
  ];
}

/** The fields of all levels in a canonical order. */
const sorted = (value: object): string[] => [
  ...new Set(Object.entries(value).flatMap(([key, inner]) => [key, ...(typeof inner === 'object' && inner !== null ? sorted(inner as object) : [])])),
].sort(); // prettier-ignore
