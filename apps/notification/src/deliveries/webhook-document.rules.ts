import { portalDataSchema, portalEventSchema, type EventType } from '@ciep/contracts';
import type { OwnDocument } from '@ciep/platform';

const tag = 'webhook deliveries';
const component = (section: string, name: string) => ({ $ref: `#/components/${section}/${name}` });
const header = (name: string, description: string) => ({ name, in: 'header', required: true, description, schema: { type: 'string' } });

const received = ({ type, title, meaning, data }: { type: string; title: string; meaning: string; data: object }) => ({
  post: {
    operationId: `receive_${title.replaceAll('.', '_')}`,
    summary: meaning,
    description: 'Sent to the endpoints that subscribe to it, as [Standard Webhooks](https://www.standardwebhooks.com) says.',
    tags: [tag],
    security: [],
    parameters: ['WebhookId', 'WebhookTimestamp', 'WebhookSignature'].map(name => component('parameters', name)),
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': {
          schema: { allOf: [component('schemas', 'WebhookEvent'), { type: 'object', properties: { type: { const: type }, data } }] },
        },
      },
    },
    responses: {
      '2XX': component('responses', 'WebhookTaken'),
      '410': component('responses', 'WebhookGone'),
      default: component('responses', 'WebhookRefused'),
    },
  },
});

/** The webhooks of the API document: what endpoints receive for these events (docs/rules.md#webhook-content). */
export const webhookDocument = (events: readonly EventType[]): OwnDocument => ({
  tags: [
    {
      name: tag,
      description: 'What your endpoint receives: one signed POST per event 推送事件：您的地址收到的内容，每个事件一次签名的 POST',
    },
  ],
  webhooks: Object.fromEntries(events.map(event => [event.type, received({ ...event, type: event.type, data: portalDataSchema(event) })])),
  components: {
    schemas: {
      WebhookEvent: portalEventSchema,
    },
    parameters: {
      WebhookId: header('webhook-id', 'id of the event; ignore one that you have seen'),
      WebhookTimestamp: header('webhook-timestamp', 'when it was sent, in seconds since 1970; refuse an old one'),
      WebhookSignature: header('webhook-signature', 'signatures of id, timestamp and raw body, `v1,<base64>`, separated by blanks'),
    },
    responses: {
      WebhookTaken: { description: 'received: it is not sent again' },
      WebhookGone: { description: 'the endpoint is gone: it is disabled' },
      WebhookRefused: { description: 'not received: it is tried again, after `Retry-After` if you send one with 429, 502, 503 or 504' },
    },
  },
});
