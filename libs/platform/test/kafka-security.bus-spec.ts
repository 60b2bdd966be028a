import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { startKafka, type KafkaBroker } from '../../../tools/kafka/kafka.js';
import { freePort } from '../src/network/free-port.js';
import { createLog } from '../src/logging/log.js';
import { anyBrokerAnswers } from '../src/messaging/broker-answers.js';
import { KafkaBus } from '../src/messaging/kafka-bus.js';
import { kafkaClient, type KafkaAddress } from '../src/messaging/kafka-client.js';
import { createTopics } from '../src/messaging/kafka-topics.js';
import { kafkaOf } from '../src/service/service-settings.js';
import { reasonToWait } from '../src/service/dependency-waiter.js';
import { aMessage, eventually, RecordingInbox } from './bus.factory.js';
import { Authority, type Certified } from './certificates.js';

const log = createLog('silent');
const password = randomUUID();
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** The access list of a service that publishes and consumes a topic, as `tools/deployment/kafka-users.ts` writes it for production. */
const allowed = (user: string, topic: string, group: string) =>
  [
    { resourceType: AclResourceTypes.TOPIC, resourceName: topic, operation: AclOperationTypes.WRITE },
    { resourceType: AclResourceTypes.TOPIC, resourceName: topic, operation: AclOperationTypes.READ },
    { resourceType: AclResourceTypes.GROUP, resourceName: group, operation: AclOperationTypes.READ },
  ].map(acl => ({
    ...acl,
    principal: `User:${user}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourcePatternType: ResourcePatternTypes.LITERAL,
  }));

describe('Kafka over TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ciep-secure-kafka-'));
  const topic = `test.${randomUUID()}`;
  const ours = new Authority();
  const others = new Authority();
  let broker: KafkaBroker;
  let shown: Certified;
  let byPassword: NodeJS.ProcessEnv;
  let byCertificate: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const [certificatePort, passwordPort] = [await freePort(), await freePort()];
    const users = { conference: password };
    const listeners = { certificatePort, passwordPort, users, authority: ours.certificate };
    broker = await startKafka({ dir, secure: { ...listeners, ...ours.certify('localhost') } });
    await createTopics({ brokers: broker.brokers, log }, [topic, `${topic}.foreign`]);
    const admin = kafkaClient({ brokers: broker.brokers, clientId: 'acl', log }).admin();
    await admin.connect();
    await admin.createAcls({ acl: [...allowed('conference', topic, 'conference'), ...allowed('CN=billing', topic, 'billing')] });
    await admin.disconnect();
    shown = ours.certify('billing');
    const tls = { CIEP_KAFKA_TLS: 'true', CIEP_KAFKA_CA: ours.certificate };
    const known = { CIEP_KAFKA_USER: 'conference', CIEP_KAFKA_PASSWORD: password };
    byPassword = { ...tls, ...known, KAFKA_BROKERS: `127.0.0.1:${passwordPort}` };
    byCertificate = {
      ...tls,
      KAFKA_BROKERS: `127.0.0.1:${certificatePort}`,
      CIEP_KAFKA_CERTIFICATE: shown.certificate,
      CIEP_KAFKA_KEY: shown.key,
    };
  });
  afterAll(async () => {
    await broker.stop();
    ours[Symbol.dispose]();
    others[Symbol.dispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  async function publishAndConsume(address: KafkaAddress, group: string): Promise<void> {
    const bus = new KafkaBus({ ...address, clientId: group, log });
    try {
      const inbox = new RecordingInbox();
      const message = aMessage(topic);
      await bus.subscribe({ group, topics: [topic], store: inbox.store });
      await bus.publish([message]);
      await eventually('it is stored', () => inbox.stored.has(message.id));
    } finally {
      await bus.close();
    }
  }

  async function refusal(environment: NodeJS.ProcessEnv, to = topic): Promise<unknown> {
    const bus = new KafkaBus({ ...kafkaOf(environment), clientId: 'stranger', log });
    return bus
      .publish([aMessage(to)])
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => bus.close());
  }

  it('accepts clients with user and password, or with a certificate', async () => {
    await publishAndConsume(kafkaOf(byPassword), 'conference');
    await publishAndConsume(kafkaOf(byCertificate), 'billing');
  });

  it('checks the brokers over TLS for start-up and readiness', async () => {
    expect(await anyBrokerAnswers(kafkaOf(byPassword))).toBe(true);
    expect(await anyBrokerAnswers(kafkaOf(byCertificate))).toBe(true);
    // An untrusted broker is up all the same; restarting the process would read the certificates again.
    expect(await anyBrokerAnswers(kafkaOf({ ...byPassword, CIEP_KAFKA_CA: others.certificate }))).toBe(true);
    expect(await anyBrokerAnswers(kafkaOf({ ...byPassword, KAFKA_BROKERS: '127.0.0.1:1' }))).toBe(false);
  });

  it('does not talk to a broker of an unknown authority, and waits for a trusted one', async () => {
    const error = await refusal({ ...byPassword, CIEP_KAFKA_CA: others.certificate });
    expect(reasonToWait(error)).toMatch(/^its certificate is not trusted/);
  });

  it('refuses a wrong password', async () => {
    expect(reasonToWait(await refusal({ ...byPassword, CIEP_KAFKA_PASSWORD: 'another' }))).toBe('it refuses the credentials');
  });

  it('refuses a client without TLS, without a certificate or with a foreign one', async () => {
    const { certificate, key } = others.certify('billing');
    const strangers = [
      { KAFKA_BROKERS: byPassword['KAFKA_BROKERS'] },
      { ...byCertificate, CIEP_KAFKA_CERTIFICATE: '', CIEP_KAFKA_KEY: '' },
      { ...byCertificate, CIEP_KAFKA_CERTIFICATE: certificate, CIEP_KAFKA_KEY: key },
    ];
    expect(await Promise.all(strangers.map(stranger => refusal(stranger)))).toEqual(strangers.map(() => expect.any(Error)));
  });

  it('allows a user what its access list allows, and nothing else', async () => {
    expect(String(await refusal(byPassword, `${topic}.foreign`))).toMatch(/not authorized/i);
    expect(await refusal(byPassword)).toBeUndefined();
    const { promise: fatal, resolve: onFatal } = Promise.withResolvers<Error>();
    const bus = new KafkaBus({ ...kafkaOf(byPassword), clientId: 'conference', log, onFatal });
    const joining = bus.subscribe({ group: 'billing', topics: [topic], store: new RecordingInbox().store }).catch(() => undefined);
    // The error of kafkajs for a group that this user may not join; the first test joins it as another user.
    expect(String((await fatal).cause)).toMatch(/GroupCoordinatorNotFound/);
    await joining;
    await bus.close();
  });
});
