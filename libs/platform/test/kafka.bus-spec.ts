import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Admin, Producer } from 'kafkajs';
import { createLog } from '../src/logging/log.js';
import { KafkaBus } from '../src/messaging/kafka-bus.js';
import { kafkaClient } from '../src/messaging/kafka-client.js';
import { unreadableType } from '../src/messaging/kafka-message.js';
import { createTopics, TopicKeepsTooLong } from '../src/messaging/kafka-topics.js';
import { aMessage, eventually, RecordingInbox, relay } from './bus.factory.js';

const log = createLog('silent');
const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = kafkaClient({ brokers, clientId: 'kafka-suite', log });

describe('the Kafka bus', () => {
  let bus: KafkaBus;
  let topic: string;
  let producer: Producer;
  let admin: Admin;

  beforeAll(async () => {
    bus = new KafkaBus({ brokers, clientId: 'kafka-suite', log });
    producer = kafka.producer({ allowAutoTopicCreation: false });
    admin = kafka.admin();
    await Promise.all([producer.connect(), admin.connect()]);
  });
  afterAll(async () => {
    await Promise.all([bus.close(), producer.disconnect(), admin.disconnect()]);
  });
  beforeEach(async () => {
    topic = `test.${randomUUID()}`;
    await createTopics({ brokers, log }, [topic]);
  });

  it('delivers the 1,000 older messages to a new group', async () => {
    const sent = Array.from({ length: 1_000 }, () => aMessage(topic));
    await relay(bus, sent, 500);
    const inbox = new RecordingInbox();
    const leave = await bus.subscribe({ group: `late-${topic}`, topics: [topic], store: inbox.store });
    await eventually('all are stored', () => inbox.stored.size === 1_000);
    expect(inbox.ids).toEqual(sent.map(({ id }) => id).sort());
    await leave();
  });

  it('divides the partitions between two members, and both work', async () => {
    const inboxes = [new RecordingInbox(), new RecordingInbox()];
    const leaves: (() => Promise<void>)[] = [];
    for (const { store } of inboxes) leaves.push(await bus.subscribe({ group: `shared-${topic}`, topics: [topic], store }));
    const sent = Array.from({ length: 200 }, () => aMessage(topic));
    await relay(bus, sent);
    await eventually('all are stored', () => inboxes.reduce((sum, { stored }) => sum + stored.size, 0) >= 200);
    expect(inboxes.flatMap(({ ids }) => ids).sort()).toEqual(sent.map(({ id }) => id).sort());
    for (const { stored } of inboxes) expect(stored.size).toBeGreaterThan(0);
    await Promise.all(leaves.map(leave => leave()));
  });

  it('writes CloudEvents in binary mode', async () => {
    const message = aMessage(topic);
    await bus.publish([message]);
    const consumer = kafka.consumer({ groupId: `raw-${topic}` });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const raw = await new Promise<{ key: string; value: string; headers: Record<string, string> }>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message: { key, value, headers = {} } }) => {
            const text = Object.entries(headers).map(([name, header]) => [name, String(header)]);
            resolve({ key: String(key), value: String(value), headers: Object.fromEntries(text) as Record<string, string> });
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    expect(raw).toEqual({
      key: message.key,
      value: '{"number":1,"note":"展位"}',
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: message.id,
        ce_source: '/exhibition',
        ce_type: 'ciep.exhibition.application.approved.v1',
        ce_subject: message.key,
        ce_time: '2023-03-20T08:00:00.000Z',
        ce_traceparent: message.event.traceparent,
        ce_aggregateversion: '1',
        ce_correlationid: message.event.correlationid,
      },
    });
  });

  it('reads past a message that is no CloudEvent, and passes it on as a dead letter', async () => {
    const good = aMessage(topic);
    const headers = {
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_source: '/x',
      ce_type: 'x',
      ce_subject: 'x',
      ce_time: 'x',
      ce_aggregateversion: '1',
    };
    await producer.send({
      topic,
      messages: [
        { key: null, value: null },
        { key: 'a', value: 'no JSON', headers },
        { key: 'a', value: '{"note":"\\u0000"}', headers },
        { key: 'a', value: '{"note":"\\ud800"}', headers },
        { key: 'a', value: '{}', headers: { ...headers, ce_id: 'no uuid' } },
        { key: 'a', value: '{}', headers: { ...headers, ce_aggregateversion: 'first' } },
        { key: 'a', value: '{}', headers: { ...headers, ce_specversion: '2.0' } },
        { key: 'a', value: '{"is":"read"}', headers: { ...headers, 'x-foreign': 'ignored', ce_unheardof: 'ignored' } },
      ],
    });
    await bus.publish([good]);
    const inbox = new RecordingInbox();
    const leave = await bus.subscribe({ group: `reader-${topic}`, topics: [topic], store: inbox.store });
    await eventually('all are stored', () => inbox.stored.size >= 9);
    await leave();

    const events = [...inbox.stored.values()].map(({ event }) => event);
    const reasons = events.filter(({ type }) => type === unreadableType).map(({ data }) => (data as { reason: string }).reason);
    expect(new Set(reasons)).toEqual(
      new Set([
        'no CloudEvent: ce_specversion, ce_id, ce_source, ce_type, ce_subject, ce_time, ce_aggregateversion missing',
        `Unexpected token 'o', "no JSON" is not valid JSON`,
        'a text in it holds NUL or half a character, which PostgreSQL cannot keep',
        'ce_id is no UUID',
        'ce_aggregateversion is no integer',
        'CloudEvents version 2.0 is not known',
      ]),
    );
    expect(inbox.stored.get(headers.ce_id)?.event.data).toEqual({ is: 'read' });
    expect(inbox.stored.get(good.id)).toEqual(good);
  });

  it('refuses to subscribe to a topic that does not exist, with a clear error', async () => {
    const away = bus.subscribe({ group: `away-${topic}`, topics: ['test.nobody-created-it'], store: () => Promise.resolve() });
    await expect(away).rejects.toThrow(/cannot subscribe to test\.nobody-created-it: .*are the topics created\?/);
  });

  it('refuses to publish to a topic that does not exist, and works again afterwards', async () => {
    await expect(bus.publish([aMessage('test.nobody-created-it')])).rejects.toThrow();
    await expect(bus.publish([aMessage(topic)])).resolves.toBeUndefined();
  });

  it('creates topics once, with a retention of 14 days', async () => {
    const fresh = `test.${randomUUID()}`;
    await expect(createTopics({ brokers, log }, [topic, fresh, fresh])).resolves.toEqual([fresh]);
    await expect(createTopics({ brokers, log }, [topic, fresh])).resolves.toEqual([]);
    const { topics } = await admin.fetchTopicMetadata({ topics: [fresh] });
    expect(topics[0]?.partitions).toHaveLength(3);
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: fresh }] });
    const retention = resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms');
    expect(retention?.configValue).toBe(String(14 * 24 * 60 * 60 * 1000));
  });

  it('refuses a topic whose retention is longer than inboxes surely deduplicate', async () => {
    await expect(createTopics({ brokers, log }, [topic], { retentionDays: 13 })).rejects.toThrow(
      `${topic} keeps messages for 14 days, more than the 13 of CIEP_TOPIC_RETENTION_DAYS`,
    );
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
    await expect(createTopics({ brokers, log }, [topic])).rejects.toThrow(TopicKeepsTooLong);
  });
});
