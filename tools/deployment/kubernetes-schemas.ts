import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';

/** A Kubernetes resource in a manifest. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

interface Complaint {
  readonly instancePath: string;
  readonly message?: string;
  readonly keyword: string;
  readonly params: object;
}

/** What a JSON Schema compiled by ajv is. */
interface Validate {
  (data: unknown): boolean;
  errors?: readonly Complaint[] | null;
}

const core = (name: string) => `kubernetes-models/_schemas/IoK8sApi${name}.js`;
const cnpg = (name: string) => `@kubernetes-models/cloudnative-pg/_schemas/ComGithubCloudnativePgCloudnativePgApiV1${name}.js`;
const strimzi = (name: string) => `@kubernetes-models/strimzi-kafka-operator/_schemas/KafkaStrimziIoV1${name}.js`;
const prometheus = (name: string) =>
  `@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1${name}.js`;

/** The schema of each kind below node_modules, as published by Kubernetes and the operators. */
const schemaFiles: Readonly<Record<string, string>> = {
  'v1 Namespace': core('CoreV1Namespace'),
  'v1 ConfigMap': core('CoreV1ConfigMap'),
  'v1 Service': core('CoreV1Service'),
  'v1 ServiceAccount': core('CoreV1ServiceAccount'),
  'apps/v1 Deployment': core('AppsV1Deployment'),
  'batch/v1 Job': core('BatchV1Job'),
  'autoscaling/v2 HorizontalPodAutoscaler': core('AutoscalingV2HorizontalPodAutoscaler'),
  'policy/v1 PodDisruptionBudget': core('PolicyV1PodDisruptionBudget'),
  'networking.k8s.io/v1 NetworkPolicy': core('NetworkingV1NetworkPolicy'),
  'networking.k8s.io/v1 Ingress': core('NetworkingV1Ingress'),
  'postgresql.cnpg.io/v1 Cluster': cnpg('Cluster'),
  'postgresql.cnpg.io/v1 Database': cnpg('Database'),
  'postgresql.cnpg.io/v1 ScheduledBackup': cnpg('ScheduledBackup'),
  'kafka.strimzi.io/v1 Kafka': strimzi('Kafka'),
  'kafka.strimzi.io/v1 KafkaNodePool': strimzi('KafkaNodePool'),
  'kafka.strimzi.io/v1 KafkaTopic': strimzi('KafkaTopic'),
  'kafka.strimzi.io/v1 KafkaUser': strimzi('KafkaUser'),
  'monitoring.coreos.com/v1 PodMonitor': prometheus('PodMonitor'),
};

async function validatorOf({ apiVersion, kind }: Resource): Promise<Validate | undefined> {
  if (apiVersion === 'barmancloud.cnpg.io/v1' && kind === 'ObjectStore') {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'schemas/barman-object-store.json'), 'utf8')) as object;
    return ajvFormats.default(new Ajv({ strict: false, allErrors: true })).compile(schema);
  }
  const file = schemaFiles[`${apiVersion} ${kind}`];
  if (file === undefined) return undefined;
  // By path, because not every package exports them by name.
  const module = pathToFileURL(join(import.meta.dirname, '../../node_modules', file)).href;
  return ((await import(module)) as { validate: Validate }).validate;
}

/**
 * Violations of a kind's schema: wrong types, missing fields, values that are not allowed, and unknown fields, which Kubernetes would
 * silently drop. A kind without a schema is a fault, too.
 */
export async function schemaFaults(resources: readonly Resource[]): Promise<string[]> {
  const faults = await Promise.all(
    resources.map(async resource => {
      const name = `${resource.kind} ${resource.metadata.name}`;
      const validate = await validatorOf(resource);
      if (!validate) return [`${name}: there is no schema for ${resource.apiVersion} ${resource.kind}`];
      const { watched, unread } = watch(resource);
      validate(watched);
      const complaints = (validate.errors ?? []).map(error => `${name}: ${error.instancePath || '/'} ${messageOf(error)}`);
      return [...complaints, ...unread().map(path => `${name}: ${path} is no field of ${resource.kind}`)];
    }),
  );
  return faults.flat();
}

const messageOf = ({ message, keyword, params }: Complaint): string => `${message ?? keyword} ${JSON.stringify(params)}`;

/**
 * The schemas allow unknown fields, but validation here asks the object for each known field, so fields that were never read are unknown.
 * An object without such reads, or whose keys were listed, may contain anything (labels, settings).
 */
function watch(document: object): { watched: unknown; unread: () => string[] } {
  const nodes: { path: string; target: object; asked: Set<string>; listed: boolean }[] = [];
  const wrappers = new WeakMap<object, object>();
  const wrap = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = wrappers.get(value);
    if (known) return known;
    const node = { path, target: value, asked: new Set<string>(), listed: Array.isArray(value) };
    nodes.push(node);
    const proxy: object = new Proxy(value, {
      get(target, field, receiver) {
        if (typeof field === 'string') node.asked.add(field);
        return wrap(Reflect.get(target, field, receiver), `${path}/${String(field)}`);
      },
      ownKeys(target) {
        node.listed = true;
        return Reflect.ownKeys(target);
      },
    });
    wrappers.set(value, proxy);
    return proxy;
  };
  const unread = () =>
    nodes
      .filter(({ asked, listed }) => !listed && asked.size > 0)
      .flatMap(({ path, target, asked }) => Object.keys(target).filter(field => !asked.has(field)).map(field => `${path}/${field}`)); // prettier-ignore
  return { watched: wrap(document, ''), unread };
}
