import { portalEvents, webhookPinged, type EventType } from '@ciep/contracts';

/** What the document is made of besides the contracts. */
export interface AsyncApiSources {
  /** The public address of the platform, with a slash at its end. */
  readonly base: string;
  /** The data of an example of each event, by its type. */
  readonly examples: ReadonlyMap<string, object>;
  /** The types of the events that each service reacts to. */
  readonly reactsTo: ReadonlyMap<string, readonly string[]>;
}

/** The events that endpoints of portals receive. */
export const webhookEvents: readonly EventType[] = [...portalEvents, webhookPinged as unknown as EventType];

/** The name of an event's message, and of the schema of its data. */
export const eventName = ({ title }: EventType): string => title;
/** The name of the message that endpoints receive of an event, and of the schema of its data. */
export const webhookName = ({ title }: EventType): string => `webhook.${title}`;

/** A reference to another part of the document. */
export const refTo = (...path: readonly string[]) => ({ $ref: `#/${path.join('/')}` });

/** References to tags of the document. */
export const taggedAs = (...names: readonly string[]) => names.map(name => refTo('components', 'tags', name));

/** An object with an entry for each of these. */
export const byName = <Of, Part>(all: Iterable<Of>, entryOf: (one: Of) => readonly [string, Part]): Record<string, Part> =>
  Object.fromEntries(Array.from(all, entryOf));

/** Where messages go. */
export const servers = {
  kafka: {
    host: '{brokers}',
    protocol: 'kafka-secure',
    description: 'The brokers of the installation. Only its services reach them.',
    variables: { brokers: { default: 'ciep-kafka-bootstrap:9093', description: 'where the brokers listen' } },
    security: [refTo('components', 'securitySchemes', 'kafkaUser')],
  },
  endpoint: {
    host: '{endpoint}',
    protocol: 'https',
    description: 'The host of an endpoint, on port 443 or 8443.',
    variables: { endpoint: { default: 'portal.example', description: 'host of the endpoint' } },
    security: [refTo('components', 'securitySchemes', 'webhookSignature')],
  },
};

/** How a sender shows who it is. */
export const securitySchemes = {
  kafkaUser: {
    type: 'scramSha512',
    description: 'Each service is a user of its own, who may write its topics and read those that it reacts to.',
  },
  webhookSignature: {
    type: 'httpApiKey',
    in: 'header',
    name: 'webhook-signature',
    description:
      'Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 of `webhook-id`, `webhook-timestamp` and the raw body with the ' +
      'secret of the endpoint.',
  },
};
