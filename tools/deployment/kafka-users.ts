import { eventCatalogue, type ServiceName } from '@ciep/contracts';
import { listenersIn } from '../catalogue/catalogue.js';
import { committableFiles } from '../checks/tree.js';
import type { Resource } from './kubernetes-schemas.js';

/** A service's user in Kafka; Strimzi stores the password in a Secret of the same name. */
export const userOf = (service: string): string => `${service}-kafka`;

/** The topics that a service publishes to, and those that it consumes. */
interface Topics {
  readonly published: readonly string[];
  readonly consumed: readonly string[];
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** The topics that each service consumes, from the reactions of all services. */
const consumptions = [...listenersIn(committableFiles())].flatMap(([{ topic }, listeners]) =>
  listeners.map(({ service }) => ({ service, topic })),
);

/** The topics of a service. */
export const topicsOf = (service: ServiceName): Topics => ({
  published: distinct([...eventCatalogue.values()].filter(event => event.service === service).map(({ topic }) => topic)),
  consumed: distinct(consumptions.filter(({ service: by }) => by === service || by === 'every service').map(({ topic }) => topic)),
});

const rights = (service: string, { published, consumed }: Topics): object[] => [
  ...published.map(name => ({ resource: { type: 'topic', name, patternType: 'literal' }, operations: ['Describe', 'Write'] })),
  ...consumed.map(name => ({ resource: { type: 'topic', name, patternType: 'literal' }, operations: ['Describe', 'Read'] })),
  { resource: { type: 'group', name: `ciep.${service}`, patternType: 'literal' }, operations: ['Read'] },
];

/** A service's user as a resource of Strimzi: it may only write the topics of its events and read those it consumes. */
export const userResource = (service: ServiceName): object => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaUser',
  metadata: { name: userOf(service), labels: { 'strimzi.io/cluster': 'ciep' } },
  spec: {
    authentication: { type: 'scram-sha-512' },
    authorization: { type: 'simple', acls: rights(service, topicsOf(service)) },
  },
});

interface Listener {
  readonly name: string;
  readonly tls: boolean;
  readonly authentication?: { readonly type: string };
}

/** Listeners without encryption or authentication, and brokers without authorization. */
export function listenerFaults(resources: readonly Resource[]): string[] {
  return resources
    .filter(({ kind }) => kind === 'Kafka')
    .flatMap(resource => {
      const { listeners, authorization } = (resource['spec'] as { kafka: { listeners: Listener[]; authorization?: object } }).kafka;
      return [
        ...listeners.filter(({ tls }) => !tls).map(({ name }) => `the listener ${name} of Kafka has no TLS`),
        ...listeners.filter(one => !one.authentication).map(({ name }) => `the listener ${name} of Kafka needs no authentication`),
        ...(authorization ? [] : ['Kafka asks nobody for a right']),
      ];
    });
}
