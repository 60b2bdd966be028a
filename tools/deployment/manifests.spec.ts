import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { processNames } from '@ciep/contracts';
import { composeFile } from './compose-services.js';
import { listenerFaults } from './kafka-users.js';
import { schemaFaults, type Resource } from './kubernetes-schemas.js';
import { networkFaults } from './network.js';
import { secretFaults, secretsMade, settingFaults, topicFaults, type SecretKeys } from './references.js';
import { manifests } from './manifests.js';
import { overlays, rendered, type Overlay } from './rendered.js';
import { completenessFaults, podFaults } from './workloads.js';

const whole = Object.fromEntries(overlays.map(overlay => [overlay, rendered(overlay)])) as Record<Overlay, Resource[]>;

// A wrong manifest is the rendered one with one change.
type Changeable = any;

const find = (resources: Resource[], kind: string, name: string): Changeable =>
  resources.find(resource => resource.kind === kind && resource.metadata.name === name);

let secrets: SecretKeys;
beforeAll(() => {
  secrets = secretsMade();
});

describe.each(overlays)('k8s/overlays/%s', overlay => {
  const resources = whole[overlay];

  it('fits the schemas of Kubernetes, CloudNativePG, Strimzi and the others', async () => {
    expect(await schemaFaults(resources)).toEqual([]);
  });

  it('gives no pod unnecessary rights', () => {
    expect(podFaults(resources)).toEqual([]);
  });

  it('contains everything that a service needs', () => {
    expect(completenessFaults(resources, processNames)).toEqual([]);
  });

  it('exposes the gateway alone, and connects each service only to what it needs', () => {
    expect(networkFaults(resources)).toEqual([]);
  });

  it('refers only to existing secrets, and contains none', () => {
    expect(secretFaults(resources, secrets)).toEqual([]);
  });

  it('requires encryption and authentication for Kafka', () => {
    expect(listenerFaults(resources)).toEqual([]);
  });

  it('sets only known settings', () => {
    expect(settingFaults(resources)).toEqual([]);
  });
});

describe('the list of services', () => {
  it('names every folder of apps, but all-in-one, which starts them together', () => {
    expect([...processNames, 'all-in-one'].sort()).toEqual(readdirSync('apps').sort());
  });

  it.each([...manifests()])('and the events generate %s: npm run manifests updates it', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('canary: an edited compose file, and one without a marker', () => {
    const text = readFileSync('docker/compose.yaml', 'utf8');
    const edited = text.replace('apps/billing/dist/main.js]', 'apps/identity/dist/main.js]');
    expect(edited).not.toBe(text);
    expect(composeFile(edited)).toBe(text);
    expect(() => composeFile(text.replace('# end of services', ''))).toThrow('docker/compose.yaml has no place for services');
  });
});

describe('topics', () => {
  it('match the events', () => {
    expect(topicFaults(whole.production)).toEqual([]);
  });
});

describe('canary', () => {
  const changed = (change: (resources: Resource[]) => void): Resource[] => {
    const resources = structuredClone(whole.production);
    change(resources);
    return resources;
  };
  const container = (resources: Resource[]): Changeable => find(resources, 'Deployment', 'billing').spec.template.spec.containers[0];

  it('a wrong type, a misspelt field, an unknown kind', async () => {
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

  it('a listener without TLS or users, brokers without authorization, a password without a user', () => {
    const wrong = changed(resources => {
      const { kafka } = find(resources, 'Kafka', 'ciep').spec;
      kafka.listeners.push({ name: 'plain', port: 9092, type: 'internal', tls: false });
      delete kafka.authorization;
      find(resources, 'KafkaUser', 'billing-kafka').metadata.name = 'billing';
    });
    expect(listenerFaults(wrong)).toEqual([
      'the listener plain of Kafka has no TLS',
      'the listener plain of Kafka needs no authentication',
      'Kafka asks nobody for a right',
    ]);
    expect(secretFaults(wrong, secrets)).toContain('Deployment billing needs password of the secret billing-kafka, which does not exist');
  });

  it('a pod with unnecessary rights', () => {
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
      'container service has a writable root file system',
      'container service keeps capabilities',
      'container service has no limits',
      'container service requests nothing',
      'container service does not pin the version of registry.ciep.example/ciep-platform:latest',
      'has no startup probe',
      'has no liveness probe',
      'has no readiness probe',
      'is killed after 12000 ms, but may need 15000',
    ]);
  });

  it('a service with a missing part', () => {
    const wrong = structuredClone(whole.production).filter(
      ({ kind, metadata }) => metadata.name !== 'billing-migrate' && kind !== 'Database',
    );
    container(wrong).args = ['apps/identity/dist/main.js'];
    expect(completenessFaults(wrong, ['billing'])).toEqual([
      'there is no Job billing-migrate',
      'there is no Database billing',
      'Deployment billing does not run billing',
    ]);
  });

  it('an open network path', () => {
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

  it('a secret that does not exist, or is given as text', () => {
    const wrong = changed(resources => {
      const [volume] = find(resources, 'Deployment', 'billing').spec.template.spec.volumes.filter((one: Changeable) => one.secret);
      volume.secret.secretName = 'billing-superuser';
      container(resources).env.push({ name: 'BILLING_DATABASE_URL', value: 'postgres://billing:billing@server/billing' });
      container(resources).env.push({ name: 'BILLING_COLOUR', value: 'green' });
      resources.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'loose' }, stringData: { password: 'x' } });
    });
    expect(secretFaults(wrong, secrets)).toEqual([
      'Deployment billing needs url of the secret billing-superuser, which does not exist',
      'Secret loose: secrets are not committed',
    ]);
    expect(settingFaults(wrong)).toEqual([
      'Deployment billing: BILLING_DATABASE_URL is a secret in plain text',
      'Deployment billing: billing has no setting BILLING_COLOUR',
    ]);
  });

  it('a topic that is missing, unknown, or too small', () => {
    const wrong = changed(resources => {
      find(resources, 'KafkaTopic', 'ciep.billing.invoice').spec.topicName = 'ciep.billing.invoices';
      find(resources, 'KafkaTopic', 'ciep.exhibition.application').spec.partitions = 3;
    });
    expect(topicFaults(wrong)).toEqual([
      'there is no KafkaTopic for ciep.billing.invoice',
      'no event goes to the KafkaTopic ciep.billing.invoices',
      'KafkaTopic ciep.exhibition.application has other settings than production',
    ]);
  });
});
