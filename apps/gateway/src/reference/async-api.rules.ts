import { eventCatalogue, services, topicSize, type EventType, type ServiceContract } from '@ciep/contracts';
import { correlationIds, messages, messageSchemas } from './async-api-messages.rules.js';
import {
  byName,
  eventName,
  refTo,
  securitySchemes,
  servers,
  taggedAs,
  webhookEvents,
  webhookName,
  type AsyncApiSources,
} from './async-api-parts.rules.js';

const channelName = ({ service, aggregate }: EventType): string => `${service}.${aggregate}`;
const topics = (events: Iterable<EventType>): Map<string, EventType[]> => Map.groupBy(events, channelName);
const inWords = (name: string): string => name.replaceAll('_', ' ');

/**
 * The AsyncAPI 3 document of the platform: every event on its topic of Kafka, what each service sends and receives there, and the webhooks
 * that portals receive. It is made from the contracts.
 */
export function asyncApiDocument(sources: AsyncApiSources) {
  const names = [...new Set([...Object.keys(services), ...sources.reactsTo.keys()])];
  return {
    asyncapi: '3.0.0',
    id: 'urn:ciep:events',
    info: {
      title: 'CIEP platform events',
      version: '1',
      description:
        'What the services of the Conference on International Exchange of Professionals tell each other over Kafka, and what portals ' +
        'receive as signed webhooks. Every message is a CloudEvent 1.0. 中国国际人才交流大会平台的事件与网络回调。',
      contact: { name: 'The maintainers of the CIEP platform' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      externalDocs: { description: 'the HTTP API', url: new URL('docs', sources.base).href },
      tags: taggedAs(...names, 'webhooks'),
    },
    defaultContentType: 'application/json',
    servers,
    channels: { ...byName(topics(eventCatalogue.values()), ([name, events]) => [name, topic(events)]), webhooks },
    operations: { ...sending(), ...receiving(sources), notification_sends_webhooks: webhookSending },
    components: {
      messages: messages(sources),
      schemas: messageSchemas(),
      correlationIds,
      securitySchemes,
      tags: {
        ...byName(names, name => [name, { name, description: areaOf(name) }]),
        webhooks: { name: 'webhooks', description: 'what portals receive 推送到您的地址的事件' },
      },
    },
  };
}

function areaOf(name: string): string {
  const area = (services as Readonly<Record<string, ServiceContract>>)[name]?.area;
  return area ? `${area.en} ${area.zh}` : name;
}

/** The topic of one aggregate. */
function topic(events: readonly EventType[]) {
  const { topic: address = '', service = '', aggregate = '' } = events[0] ?? {};
  const { partitions, replicas, config } = topicSize;
  const topicConfiguration = { ...config, 'cleanup.policy': [config['cleanup.policy']] };
  return {
    address,
    title: `Events of ${service}: ${inWords(aggregate)}`,
    description:
      'The key is the id of what an event is about, so that its events keep their order. Each event arrives at least once. ' +
      'The sizes are those of production.',
    servers: [refTo('servers', 'kafka')],
    tags: taggedAs(service),
    messages: byName(events, event => [event.title, refTo('components', 'messages', eventName(event))]),
    bindings: { kafka: { topic: address, partitions, replicas, topicConfiguration, bindingVersion: '0.5.0' } },
  };
}

const webhooks = {
  address: null,
  title: 'The endpoint of a portal',
  description: 'The address that a portal gave when it created the endpoint. It receives the types of events that it subscribes to.',
  servers: [refTo('servers', 'endpoint')],
  tags: taggedAs('webhooks'),
  messages: byName(webhookEvents, event => [event.title, refTo('components', 'messages', webhookName(event))]),
};

const within = (channel: string, events: readonly EventType[]) => ({
  channel: refTo('channels', channel),
  messages: events.map(({ title }) => refTo('channels', channel, 'messages', title)),
});

/** What each owner sends. */
const sending = () =>
  byName(topics(eventCatalogue.values()), ([channel, events]) => {
    const { service = '', aggregate = '' } = events[0] ?? {};
    const title = `${service} tells what happened to: ${inWords(aggregate)}`;
    const description = 'An event is written in the transaction of the change (outbox) and sent after it.';
    return [`${service}_sends_${aggregate}`, { action: 'send', title, description, tags: taggedAs(service), ...within(channel, events) }];
  });

/** What each service receives, as a consumer group of its own. */
function receiving({ reactsTo }: AsyncApiSources): Record<string, object> {
  const received = [...reactsTo].flatMap(([service, types]) =>
    [...topics(types.flatMap(type => eventCatalogue.get(type) ?? []))].map(([channel, events]) => ({ service, channel, events })),
  );
  return byName(received, ({ service, channel, events }) => [
    `${service}_receives_${channel.replace('.', '_')}`,
    {
      action: 'receive',
      title: `${service} reacts to events of ${inWords(channel.replace('.', ': '))}`,
      description: 'Each event takes effect once, in a transaction of its own, in the order of its key (inbox).',
      tags: taggedAs(service),
      ...within(channel, events),
      bindings: { kafka: { groupId: { type: 'string', const: `ciep.${service}` }, bindingVersion: '0.5.0' } },
    },
  ]);
}

const webhookSending = {
  action: 'send',
  title: 'notification tells portals',
  description: 'One signed POST for each event and endpoint, tried ten times over three days until an answer is 2xx.',
  tags: taggedAs('notification', 'webhooks'),
  ...within('webhooks', webhookEvents),
  bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
};
