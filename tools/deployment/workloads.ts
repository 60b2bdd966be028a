import type { Resource } from './kubernetes-schemas.js';

/** The checked part of a container. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly startupProbe?: object;
  readonly livenessProbe?: { readonly httpGet?: { readonly path?: string } };
  readonly readinessProbe?: { readonly httpGet?: { readonly path?: string } };
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type?: string };
  };
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Volume {
  readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly key: string }[] };
}

/** A Deployment or a Job, with its pod template. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  /** The service that it runs; undefined for third-party images. */
  readonly service: string | undefined;
}

/** Every Deployment and Job. */
export function workloadsOf(resources: readonly Resource[]): Workload[] {
  return resources
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map(resource => {
      const { template } = resource['spec'] as { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
      const [container] = template.spec.containers;
      const isOurs = /(^|\/)ciep-platform:/.test(container?.image ?? '');
      return {
        name: resource.metadata.name,
        kind: resource.kind,
        labels: template.metadata.labels,
        pod: template.spec,
        service: isOurs ? /^apps\/(\w+)\/dist\/main\.js$/.exec(container?.args?.[0] ?? '')?.[1] : undefined,
      };
    });
}

/** The settings of a container by name, including those of its ConfigMaps. */
export function environmentOf(container: Container, resources: readonly Resource[]): Map<string, string> {
  const maps = (container.envFrom ?? []).map(({ configMapRef }) =>
    resources.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name),
  );
  const own = (container.env ?? []).map(({ name, value = '' }): [string, string] => [name, value]);
  return new Map([...maps.flatMap(map => Object.entries((map?.['data'] ?? {}) as Record<string, string>)), ...own]);
}

/** The longest shutdown of a service after the delay in its settings; see run-service.ts. */
const longestShutdown = 10_000;

/** Pods with unnecessary rights, or without proper probes and shutdown. */
export function podFaults(resources: readonly Resource[]): string[] {
  return workloadsOf(resources).flatMap(workload => {
    const { pod, service, kind } = workload;
    const faults = [...containment(pod), ...pod.containers.flatMap(bounds)];
    if (service !== undefined && kind === 'Deployment') faults.push(...care(workload, resources));
    return faults.map(fault => `${kind} ${workload.name}: ${fault}`);
  });
}

function* containment({ securityContext = {}, automountServiceAccountToken }: PodSpec): Iterable<string> {
  if (securityContext.runAsNonRoot !== true || !((securityContext.runAsUser ?? 0) > 0)) yield 'may run as root';
  if (securityContext.seccompProfile?.type !== 'RuntimeDefault') yield 'has no seccomp profile';
  if (automountServiceAccountToken !== false) yield 'gets a token for the Kubernetes API';
}

function bounds({ name, image, securityContext = {}, resources = {} }: Container): string[] {
  const faults: [boolean, string][] = [
    [securityContext.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [securityContext.readOnlyRootFilesystem !== true, 'has a writable root file system'],
    [!securityContext.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [!resources.limits?.['memory'] || !resources.limits['cpu'], 'has no limits'],
    [!resources.requests?.['memory'] || !resources.requests['cpu'], 'requests nothing'],
    [!/:\d[\w.-]*$|:v\d[\w.-]*$|@sha256:/.test(image), `does not pin the version of ${image}`],
  ];
  return faults.filter(([isFault]) => isFault).map(([, fault]) => `container ${name} ${fault}`);
}

function* care({ pod }: Workload, resources: readonly Resource[]): Iterable<string> {
  for (const container of pod.containers) {
    if (!container.startupProbe) yield 'has no startup probe';
    if (container.livenessProbe?.httpGet?.path !== '/health/live') yield 'has no liveness probe';
    if (container.readinessProbe?.httpGet?.path !== '/health/ready') yield 'has no readiness probe';
    const delay = Number(environmentOf(container, resources).get('CIEP_DRAIN_DELAY_MS') ?? 0);
    const grace = (pod.terminationGracePeriodSeconds ?? 30) * 1_000;
    if (grace < delay + longestShutdown) yield `is killed after ${grace} ms, but may need ${delay + longestShutdown}`;
  }
}

/** Services without a common part: an account, a migration, autoscaling, a disruption budget. */
export function completenessFaults(resources: readonly Resource[], services: readonly string[]): string[] {
  const has = (kind: string, name: string) => resources.some(resource => resource.kind === kind && resource.metadata.name === name);
  const workloads = workloadsOf(resources);
  return services.flatMap(service => {
    const always = ['ServiceAccount', 'Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'].map(kind => [
      kind,
      service,
    ]);
    const withDatabase = [
      ['Job', `${service}-migrate`],
      ['Database', service],
    ];
    const wanted = service === 'gateway' ? always : [...always, ...withDatabase];
    const strangers = workloads.filter(one => one.name.split('-')[0] === service && one.service !== service);
    return [
      ...wanted.filter(([kind = '', name = '']) => !has(kind, name)).map(([kind, name]) => `there is no ${kind} ${name}`),
      ...strangers.map(({ kind, name }) => `${kind} ${name} does not run ${service}`),
    ];
  });
}
