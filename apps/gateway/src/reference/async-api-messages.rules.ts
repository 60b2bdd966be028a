import {
  eventCatalogue,
  eventDataSchema,
  portalDataSchema,
  portalEvent,
  portalEventSchema,
  type EventType,
  type ToldEvent,
} from '@ciep/contracts';
import { byName, eventName, refTo, taggedAs, webhookEvents, webhookName, type AsyncApiSources } from './async-api-parts.rules.js';

const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more });
const constant = (value: string, description: string) => ({ type: 'string', const: value, description });
const schemaOf = (name: string) => refTo('components', 'schemas', name);

const eventHeaders = {
  type: 'object',
  description: 'the attributes of a CloudEvent 1.0 in the binary mode of its Kafka binding',
  required: ['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_aggregateversion'],
  properties: {
    'content-type': constant('application/json', 'media type of the value'),
    ce_specversion: constant('1.0', 'version of CloudEvents'),
    ce_id: text('fixed when the event is written; a consumer ignores a repetition', { format: 'uuid' }),
    ce_source: text('the owning service, `/exhibition`', { format: 'uri-reference' }),
    ce_type: text('type of the event'),
    ce_subject: text('id of what the event is about, and key of the message'),
    ce_time: text('business time of the change', { format: 'date-time' }),
    ce_aggregateversion: text('version of what the event is about, after the change; a read copy ignores older ones', {
      pattern: '^\\d+$',
    }),
    ce_traceparent: text('W3C trace context of the change'),
    ce_correlationid: text('the same in everything that one request caused'),
    ce_causationid: text('id of the event that caused this one'),
  },
};

const webhookHeaders = {
  type: 'object',
  description: 'the headers of Standard Webhooks, with a CloudEvent 1.0 in structured mode as body',
  required: ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'content-type': constant('application/cloudevents+json; charset=utf-8', 'media type of the body'),
    'webhook-id': text('id of the event; ignore one that you have seen', { format: 'uuid' }),
    'webhook-timestamp': text('when it was sent, in seconds since 1970; refuse an old one', { pattern: '^\\d+$' }),
    'webhook-signature': text('signatures of id, timestamp and raw body, separated by blanks', {
      pattern: '^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$',
    }),
  },
};

/** The schemas that messages refer to. */
export const messageSchemas = () => ({
  EventHeaders: eventHeaders,
  WebhookHeaders: webhookHeaders,
  WebhookEvent: portalEventSchema,
  ...byName(eventCatalogue.values(), event => [eventName(event), eventDataSchema(event)]),
  ...byName(webhookEvents, event => [webhookName(event), portalDataSchema(event)]),
});

/** Where messages carry the id that is the same in everything that one request caused. */
export const correlationIds = {
  Event: { description: 'on Kafka', location: '$message.header#/ce_correlationid' },
  Webhook: { description: 'in a webhook', location: '$message.payload#/correlationid' },
};

/** A message for each event on Kafka, and for each webhook. */
export const messages = ({ base, examples }: AsyncApiSources) => ({
  ...byName(eventCatalogue.values(), event => [eventName(event), onKafka(event, examples.get(event.type))]),
  ...byName(webhookEvents, event => [webhookName(event), inWebhook(event, examples.get(event.type), base)]),
});

const about = ({ type, title, meaning, service }: EventType) => ({ name: type, title, summary: meaning, tags: taggedAs(service) });

function onKafka(event: EventType, data: object | undefined) {
  const fixed = { ce_type: { const: event.type }, ce_source: { const: `/${event.service}` } };
  return {
    ...about(event),
    contentType: 'application/json',
    headers: { type: 'object', allOf: [schemaOf('EventHeaders'), { type: 'object', properties: fixed }] },
    payload: schemaOf(eventName(event)),
    correlationId: refTo('components', 'correlationIds', 'Event'),
    bindings: { kafka: { key: { type: 'string', description: 'id of what the event is about' }, bindingVersion: '0.5.0' } },
    ...(data && { examples: [{ name: 'typical', summary: event.meaning, headers: headersOf(told(event, data)), payload: data }] }),
  };
}

function inWebhook(event: EventType, data: object | undefined, base: string) {
  const fixed = { type: { const: event.type }, source: { const: `/${event.service}` }, data: schemaOf(webhookName(event)) };
  return {
    ...about(event),
    tags: taggedAs(event.service, 'webhooks'),
    contentType: 'application/cloudevents+json',
    headers: schemaOf('WebhookHeaders'),
    payload: { type: 'object', allOf: [schemaOf('WebhookEvent'), { type: 'object', properties: fixed }] },
    correlationId: refTo('components', 'correlationIds', 'Webhook'),
    ...(data && {
      examples: [{ name: 'typical', summary: event.meaning, headers: sentHeaders, payload: portalEvent(told(event, data), base) }],
    }),
  };
}

const exampleId = '01890a5d-c3d4-7e5f-8a90-1b2c3d4e5f60';

/** The envelope of an example. */
function told({ type, service, aggregate }: EventType, data: object): ToldEvent {
  const aggregateId = `${aggregate.replaceAll(/_[a-z]/g, part => part.slice(1).toUpperCase())}Id`;
  const subject = (data as Record<string, string | undefined>)[aggregateId] ?? exampleId;
  return {
    ...{ id: exampleId, source: `/${service}`, type, subject, time: '2023-03-01T01:00:00.000Z', aggregateversion: 3, data },
    correlationid: '01890a5d-c3d4-7e5f-8a90-0a1b2c3d4e5f',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}

const headersOf = ({ data, ...attributes }: ToldEvent): Record<string, string> => ({
  'content-type': 'application/json',
  ce_specversion: '1.0',
  ...byName(Object.entries(attributes), ([name, value]) => [`ce_${name}`, String(value)]),
});

const sentHeaders = {
  'content-type': 'application/cloudevents+json; charset=utf-8',
  'webhook-id': exampleId,
  'webhook-timestamp': '1677632400',
  'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
};
