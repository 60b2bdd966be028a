import { factTypes } from '@ciep/contracts';
import { stringify } from 'yaml';
import { listenersIn } from '../catalogue/catalogue.js';
import { committableFiles } from '../checks/tree.js';
import type { Resource } from './kubernetes-schemas.js';
import { services } from './known-settings.js';

/** Where the users of Kafka are committed. */
export const usersPath = 'k8s/base/users.yaml';

/** A service's user at Kafka; Strimzi puts the password into a Secret of the same name. */
export const userOf = (service: string): string => `${service}-kafka`;

/** The topics that a service tells its facts to, and those that it hears. */
interface Topics {
  readonly told: readonly string[];
  readonly heard: readonly string[];
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** By service, for all that have a database: the others have nothing to do with Kafka. */
export function topicsByService(): Map<string, Topics> {
  const heard = [...listenersIn(committableFiles())].flatMap(([{ topic }, listeners]) =>
    listeners.map(({ service }) => ({ service, topic })),
  );
  return new Map(
    services
      .filter(service => service !== 'gateway')
      .map(service => [
        service,
        {
          told: distinct([...factTypes.values()].filter(fact => fact.service === service).map(({ topic }) => topic)),
          heard: distinct(heard.filter(({ service: by }) => by === service || by === 'every service').map(({ topic }) => topic)),
        },
      ]),
  );
}

const rights = (service: string, { told, heard }: Topics): object[] => [
  ...told.map(name => ({ resource: { type: 'topic', name, patternType: 'literal' }, operations: ['Describe', 'Write'] })),
  ...heard.map(name => ({ resource: { type: 'topic', name, patternType: 'literal' }, operations: ['Describe', 'Read'] })),
  { resource: { type: 'group', name: `ciep.${service}`, patternType: 'literal' }, operations: ['Read'] },
];

/** The users as resources of Strimzi: each may write the topics of its facts, read those it hears, and nothing else. */
export function usersManifest(): string {
  const users = [...topicsByService()].map(([service, topics]) =>
    stringify({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaUser',
      metadata: { name: userOf(service), labels: { 'strimzi.io/cluster': 'ciep' } },
      spec: {
        authentication: { type: 'scram-sha-512' },
        authorization: { type: 'simple', acls: rights(service, topics) },
      },
    }),
  );
  return ['# Generated from libs/contracts and the reactions of the services by `npm run manifests`.\n', users.join('---\n')].join('');
}

interface Listener {
  readonly name: string;
  readonly tls: boolean;
  readonly authentication?: { readonly type: string };
}

/** Listeners at which somebody could come in unseen or unknown, and brokers that ask nobody for a right. */
export function listenerFaults(resources: readonly Resource[]): string[] {
  return resources
    .filter(({ kind }) => kind === 'Kafka')
    .flatMap(resource => {
      const { listeners, authorization } = (resource['spec'] as { kafka: { listeners: Listener[]; authorization?: object } }).kafka;
      return [
        ...listeners.filter(({ tls }) => !tls).map(({ name }) => `the listener ${name} of Kafka has no TLS`),
        ...listeners.filter(one => !one.authentication).map(({ name }) => `the listener ${name} of Kafka lets in everybody`),
        ...(authorization ? [] : ['Kafka asks nobody for a right']),
      ];
    });
}
