import { factTypes } from '@ciep/contracts';
import { stringify } from 'yaml';

/** Where the topics are committed. */
export const topicsPath = 'k8s/base/topics.yaml';

/** How production keeps a topic. More partitions later would move keys to other ones and break their order. */
export const topicSize = {
  partitions: 12,
  replicas: 3,
  config: { 'retention.ms': 14 * 24 * 60 * 60 * 1000, 'min.insync.replicas': 2, 'cleanup.policy': 'delete' },
} as const;

/** Every topic that a fact of `libs/contracts` goes to. */
export const topicNames = (): string[] => [...new Set([...factTypes.values()].map(fact => fact.topic))].sort();

/** The topics as resources of Strimzi. */
export function topicsManifest(): string {
  const topics = topicNames().map(topicName =>
    stringify({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      // A resource's name has no underscores.
      metadata: { name: topicName.replaceAll('_', '-'), labels: { 'strimzi.io/cluster': 'ciep' } },
      spec: { topicName, ...topicSize },
    }),
  );
  return ['# Generated from libs/contracts by `npm run manifests`.\n', topics.join('---\n')].join('');
}
