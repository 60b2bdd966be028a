import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { listenerFaults, usersManifest, usersPath } from './kafka-users.js';
import { services } from './known-settings.js';
import { schemaFaults, type Resource } from './kubernetes-schemas.js';
import { networkFaults } from './network.js';
import { secretFaults, secretsMade, settingFaults, topicFaults, type SecretKeys } from './references.js';
import { isFresh, kustomizeCommand, overlays, render, renderedPath, type Overlay } from './rendered.js';
import { topicsManifest, topicsPath } from './topics.js';
import { completenessFaults, podFaults } from './workloads.js';

const parsed = (text: string): Resource[] => parseAllDocuments(text).map(document => document.toJS() as Resource);
const committed = (overlay: Overlay): string => readFileSync(renderedPath(overlay), 'utf8');

// What a wrong manifest looks like: the rendered one with one thing changed.
type Changeable = any;

const find = (resources: Resource[], kind: string, name: string): Changeable =>
  resources.find(resource => resource.kind === kind && resource.metadata.name === name);

let secrets: SecretKeys;
beforeAll(() => {
  secrets = secretsMade();
});

describe.each(overlays)('k8s/overlays/%s', overlay => {
  const resources = parsed(committed(overlay));

  it('is committed as kustomize renders it', () => {
    expect(isFresh(committed(overlay)) || 'npm run manifests writes it anew').toBe(true);
    // The seal proves it on every machine; where kustomize is at hand, it is asked itself.
    const command = kustomizeCommand();
    if (command) expect(parsed(render(overlay, command))).toEqual(resources);
  });

  it('fits the schemas of Kubernetes, CloudNativePG, Strimzi and the others', async () => {
    expect(await schemaFaults(resources)).toEqual([]);
  });

  it('lets no pod do more than it must', () => {
    expect(podFaults(resources)).toEqual([]);
  });

  it('has all that a service needs', () => {
    expect(completenessFaults(resources, services)).toEqual([]);
  });

  it('leads to the gateway alone, and each service to what it needs alone', () => {
    expect(networkFaults(resources)).toEqual([]);
  });

  it('refers to secrets that somebody makes, and holds none', () => {
    expect(secretFaults(resources, secrets)).toEqual([]);
  });

  it('lets nobody into Kafka unseen or unknown', () => {
    expect(listenerFaults(resources)).toEqual([]);
  });

  it('sets what the code reads', () => {
    expect(settingFaults(resources)).toEqual([]);
  });
});

describe('users of Kafka', () => {
  it('are the services, with the topics that they tell and hear', () => {
    expect(readFileSync(usersPath, 'utf8')).toBe(usersManifest());
  });
});

describe('topics', () => {
  it('are those of the facts', () => {
    expect(readFileSync(topicsPath, 'utf8')).toBe(topicsManifest());
    expect(topicFaults(parsed(committed('production')))).toEqual([]);
  });
});

describe('canary', () => {
  const changed = (change: (resources: Resource[]) => void): Resource[] => {
    const resources = parsed(committed('production'));
    change(resources);
    return resources;
  };
  const container = (resources: Resource[]): Changeable => find(resources, 'Deployment', 'billing').spec.template.spec.containers[0];

  it('a rendered file that was edited, or whose sources were', () => {
    expect(isFresh(committed('kind').replace('minReplicas: 1', 'minReplicas: 9'))).toBe(false);
    expect(isFresh(committed('kind').replace(/sha256 \w{8}/, 'sha256 00000000'))).toBe(false);
  });

  it('a wrong type, a misspelt field, a kind nobody knows', async () => {
    const wrong = changed(resources => {
      container(resources).ports[0].containerPort = 'many';
      container(resources).securityContext.runAsNonRooot = true;
      find(resources, 'Cluster', 'ciep-postgres').spec.instanzes = 3;
      find(resources, 'Kafka', 'ciep').spec.kafka.listeners[0].typ = 'internal';
      find(resources, 'ObjectStore', 'ciep-backups').spec.configuration.destinationPat = 's3://elsewhere';
      resources.push({ apiVersion: 'v1', kind: 'Pot', metadata: { name: 'tea' } });
    });
    expect((await schemaFaults(wrong)).sort()).toEqual([
      'Cluster ciep-postgres: /spec/instanzes is no field of Cluster',
      'Deployment billing: /spec/template/spec/containers/0/ports/0/containerPort type {"type":"integer"}',
      'Deployment billing: /spec/template/spec/containers/0/securityContext/runAsNonRooot is no field of Deployment',
      'Kafka ciep: /spec/kafka/listeners/0/typ is no field of Kafka',
      'ObjectStore ciep-backups: /spec/configuration/destinationPat is no field of ObjectStore',
      'Pot tea: there is no schema for v1 Pot',
    ]);
  });

  it('a listener without TLS or users, brokers without rights, a password of nobody', () => {
    const wrong = changed(resources => {
      const { kafka } = find(resources, 'Kafka', 'ciep').spec;
      kafka.listeners.push({ name: 'plain', port: 9092, type: 'internal', tls: false });
      delete kafka.authorization;
      find(resources, 'KafkaUser', 'billing-kafka').metadata.name = 'billing';
    });
    expect(listenerFaults(wrong)).toEqual([
      'the listener plain of Kafka has no TLS',
      'the listener plain of Kafka lets in everybody',
      'Kafka asks nobody for a right',
    ]);
    expect(secretFaults(wrong, secrets)).toContain('Deployment billing needs password of the secret billing-kafka, which nobody makes');
  });

  it('a pod that may do too much', () => {
    const wrong = changed(resources => {
      const { spec } = find(resources, 'Deployment', 'billing').spec.template;
      Object.assign(spec, { securityContext: { runAsUser: 0 }, automountServiceAccountToken: true, terminationGracePeriodSeconds: 12 });
      Object.assign(container(resources), { securityContext: {}, resources: {}, image: 'registry.ciep.example/ciep-platform:latest' });
      container(resources).livenessProbe.httpGet.path = '/health/ready';
      delete container(resources).startupProbe;
      container(resources).readinessProbe.httpGet.path = '/';
    });
    expect(podFaults(wrong).map(fault => fault.replace('Deployment billing: ', ''))).toEqual([
      'may run as root',
      'has no seccomp profile',
      'gets a token for the Kubernetes API',
      'container service may gain privileges',
      'container service may write to its root',
      'container service keeps capabilities',
      'container service has no limits',
      'container service requests nothing',
      'container service takes any version of registry.ciep.example/ciep-platform:latest',
      'has no startup probe',
      'is not asked whether it lives',
      'is not asked whether it is ready',
      'is killed after 12000 ms, but may need 15000',
    ]);
  });

  it('a service that lacks something', () => {
    const wrong = parsed(committed('production')).filter(
      ({ kind, metadata }) => metadata.name !== 'billing-migrate' && kind !== 'Database',
    );
    container(wrong).args = ['apps/identity/dist/main.js'];
    expect(completenessFaults(wrong, ['billing'])).toEqual([
      'there is no Job billing-migrate',
      'there is no Database billing',
      'Deployment billing does not run billing',
    ]);
  });

  it('a door that stands open', () => {
    const wrong = changed(resources => {
      const policy = (name: string): Changeable => find(resources, 'NetworkPolicy', name).spec;
      policy('default-deny').policyTypes = ['Ingress'];
      delete policy('services-from-gateway').ingress[0].from;
      policy('to-public-https').egress[0].to[0].ipBlock.except = [];
      find(resources, 'Deployment', 'billing').spec.template.metadata.labels['network.ciep/smtp'] = 'client';
      find(resources, 'Deployment', 'gateway').spec.template.metadata.labels['network.ciep/postgres'] = 'client';
      delete find(resources, 'Job', 'identity-migrate').spec.template.metadata.labels['network.ciep/postgres'];
      find(resources, 'Service', 'identity').spec.type = 'NodePort';
      find(resources, 'Ingress', 'gateway').spec.rules[0].http.paths[0].backend.service.name = 'identity';
    });
    const faults = networkFaults(wrong);
    expect(faults).toEqual(
      expect.arrayContaining([
        'no NetworkPolicy denies what none allows',
        'billing can be reached from the world:8080 (NetworkPolicy services-from-gateway)',
        'Deployment billing can reach the world:465 (NetworkPolicy to-public-smtp)',
        'Deployment notification can reach private networks (NetworkPolicy to-public-https)',
        'Deployment gateway can reach PostgreSQL',
        'Job identity-migrate cannot reach PostgreSQL',
        'Service identity is open to other machines',
        'the Ingress leads to identity',
      ]),
    );
    expect(faults.filter(fault => fault.startsWith('gateway'))).toEqual([]);
  });

  it('a secret that nobody makes, or that stands in the open', () => {
    const wrong = changed(resources => {
      const [volume] = find(resources, 'Deployment', 'billing').spec.template.spec.volumes.filter((one: Changeable) => one.secret);
      volume.secret.secretName = 'billing-superuser';
      container(resources).env.push({ name: 'BILLING_DATABASE_URL', value: 'postgres://billing:billing@server/billing' });
      container(resources).env.push({ name: 'BILLING_COLOUR', value: 'green' });
      resources.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'loose' }, stringData: { password: 'x' } });
    });
    expect(secretFaults(wrong, secrets)).toEqual([
      'Deployment billing needs url of the secret billing-superuser, which nobody makes',
      'Secret loose: secrets are not committed',
    ]);
    expect(settingFaults(wrong)).toEqual([
      'Deployment billing: BILLING_DATABASE_URL is a secret and stands there as text',
      'Deployment billing: billing has no setting BILLING_COLOUR',
    ]);
  });

  it('a topic too few, too many, or too small', () => {
    const wrong = changed(resources => {
      find(resources, 'KafkaTopic', 'ciep.billing.invoice').spec.topicName = 'ciep.billing.invoices';
      find(resources, 'KafkaTopic', 'ciep.exhibition.application').spec.partitions = 3;
    });
    expect(topicFaults(wrong)).toEqual([
      'there is no KafkaTopic for ciep.billing.invoice',
      'no fact goes to the KafkaTopic ciep.billing.invoices',
      'KafkaTopic ciep.exhibition.application is not kept as production wants',
    ]);
  });
});
