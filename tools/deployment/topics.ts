import { eventCatalogue, topicSize } from '@ciep/contracts';
import { stringify } from 'yaml';

/** Where the topics are committed. */
export const topicsPath = 'k8s/base/topics.yaml';

/** Every topic of the events in `libs/contracts`. */
export const topicNames = (): string[] => [...new Set([...eventCatalogue.values()].map(event => event.topic))].sort();

/** The topics as resources of Strimzi. */
export function topicsManifest(): string {
  const topics = topicNames().map(topicName =>
    stringify({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      // A resource name cannot contain underscores.
      metadata: { name: topicName.replaceAll('_', '-'), labels: { 'strimzi.io/cluster': 'ciep' } },
      spec: { topicName, ...topicSize },
    }),
  );
  return ['# Generated from libs/contracts by `npm run manifests`.\n', topics.join('---\n')].join('');
}
