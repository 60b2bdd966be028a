import type { Resource } from './kubernetes-schemas.js';
import { workloadsOf, type Workload } from './workloads.js';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number | string }[];
}

interface Policy {
  readonly name: string;
  readonly podSelector: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

const policiesOf = (resources: readonly Resource[]): Policy[] =>
  resources
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata, ...rest }) => ({ name: metadata.name, ...(rest['spec'] as Omit<Policy, 'name'>) }));

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'In') return values.includes(labels[key] ?? '');
      if (operator === 'NotIn') return !values.includes(labels[key] ?? '');
      return operator === 'Exists' ? key in labels : !(key in labels);
    })
  );
}

/** The namespace of a peer: this one, another, or `the world`. */
function placeOf({ ipBlock, namespaceSelector }: Peer): string {
  if (ipBlock) return 'the world';
  return namespaceSelector ? (namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'] ?? 'any namespace') : 'ciep';
}

const portsOf = ({ ports = [] }: Rule): (number | string)[] => (ports.length > 0 ? ports.map(({ port }) => port) : ['any port']);

/** Private networks: an address there is one of our machines. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '100.64.0.0/10'];

/** Network paths that must not be open: into a service from outside the namespace, and from a service. */
export function networkFaults(resources: readonly Resource[]): string[] {
  const policies = policiesOf(resources);
  const workloads = workloadsOf(resources).filter(({ service }) => service !== undefined);
  return [
    ...(policies.some(deniesAll) ? [] : ['no NetworkPolicy denies what none allows']),
    ...workloads.flatMap(workload => entrances(workload, policies)),
    ...workloads.flatMap(workload => exits(workload, policies)),
    ...exposures(resources),
  ];
}

const deniesAll = ({ podSelector, policyTypes = [], ingress = [], egress = [] }: Policy): boolean =>
  Object.keys(podSelector).length === 0 &&
  ingress.length + egress.length === 0 &&
  ['Ingress', 'Egress'].every(type => policyTypes.includes(type));

function entrances({ name, labels, service }: Workload, policies: readonly Policy[]): string[] {
  const admitted = new Set(['monitoring:9464', ...(service === 'gateway' ? ['ingress-nginx:8080'] : [])]);
  return policies
    .filter(({ podSelector }) => selects(podSelector, labels))
    .flatMap(policy => (policy.ingress ?? []).map(rule => ({ policy: policy.name, rule })))
    .flatMap(({ policy, rule }) => {
      const places = rule.from?.length ? rule.from.map(placeOf) : ['the world'];
      return places.filter(place => place !== 'ciep').flatMap(place => portsOf(rule).map(port => ({ policy, way: `${place}:${port}` })));
    })
    .filter(({ way }) => !admitted.has(way))
    .map(({ policy, way }) => `${name} can be reached from ${way} (NetworkPolicy ${policy})`);
}

/** The services that may reach public addresses, and the ports there. */
const outside: Readonly<Record<string, readonly (number | string)[]>> = { notification: [443, 465, 587], exhibition: [443] };

function exits({ name, labels, service = '', kind }: Workload, policies: readonly Policy[]): string[] {
  const rules = policies
    .filter(({ podSelector }) => selects(podSelector, labels))
    .flatMap(({ name: policy, egress = [] }) => egress.map(rule => ({ policy, rule })));
  const faults = rules.flatMap(({ policy, rule }) => {
    if (!rule.to?.length) return [`can reach everything (NetworkPolicy ${policy})`];
    const worlds = rule.to.filter(peer => peer.ipBlock);
    const strangers = worlds.length > 0 ? portsOf(rule).filter(port => !outside[service]?.includes(port)) : [];
    const leaks = worlds.filter(
      ({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0' && !privateNetworks.every(net => ipBlock.except?.includes(net)),
    );
    return [
      ...strangers.map(port => `can reach the world:${port} (NetworkPolicy ${policy})`),
      ...leaks.map(() => `can reach private networks (NetworkPolicy ${policy})`),
    ];
  });
  const reaches = (server: Readonly<Record<string, string>>) =>
    rules.some(({ rule }) => rule.to?.some(peer => !peer.namespaceSelector && peer.podSelector && selects(peer.podSelector, server)));
  const wanted: [string, boolean, boolean][] = [
    ['PostgreSQL', service !== 'gateway', reaches({ 'cnpg.io/cluster': 'ciep-postgres' })],
    ['Kafka', service !== 'gateway' && kind === 'Deployment', reaches({ 'strimzi.io/cluster': 'ciep', 'strimzi.io/kind': 'Kafka' })],
    [
      'other services',
      ['gateway', 'notification'].includes(service) && kind === 'Deployment',
      reaches({ 'app.kubernetes.io/component': 'service', 'app.kubernetes.io/name': 'billing' }),
    ],
  ];
  const wrong = wanted.filter(([, should, does]) => should !== does);
  return [...faults, ...wrong.map(([server, should]) => (should ? `cannot reach ${server}` : `can reach ${server}`))].map(
    fault => `${kind} ${name} ${fault}`,
  );
}

interface IngressSpec {
  readonly rules?: readonly {
    readonly http?: { readonly paths: readonly { readonly backend: { readonly service?: { readonly name: string } } }[] };
  }[];
}

/** From outside, only the Ingress reaches the gateway, and nothing reaches the services. */
function exposures(resources: readonly Resource[]): string[] {
  const open = resources.filter(
    ({ kind, ...rest }) => kind === 'Service' && !['ClusterIP', undefined].includes((rest['spec'] as { type?: string }).type),
  );
  const led = resources
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap(ingress => (ingress['spec'] as IngressSpec).rules ?? [])
    .flatMap(rule => rule.http?.paths.map(({ backend }) => backend.service?.name ?? 'something') ?? []);
  return [
    ...open.map(({ metadata }) => `Service ${metadata.name} is open to other machines`),
    ...led.filter(name => name !== 'gateway').map(name => `the Ingress leads to ${name}`),
  ];
}
