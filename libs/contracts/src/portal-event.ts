import { z } from 'zod';
import type { EventType } from './event-type.js';

/** An event on its way, with the attributes that portals may see. */
export interface ToldEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly aggregateversion: number;
  readonly correlationid?: string;
  readonly traceparent?: string;
  readonly data: unknown;
}

/** An event as portals get it: a CloudEvent 1.0 whose data are ids. */
export interface PortalEvent extends ToldEvent {
  readonly specversion: '1.0';
  readonly datacontenttype: 'application/json';
  /** Where the schema of `data` can be read. */
  readonly dataschema: string;
  readonly data: Readonly<Record<string, string>>;
}

const isId = (name: string): boolean => name.endsWith('Id');

/** Where the gateway serves a schema: of an event's whole data as services exchange it, or of its ids as portals get them. */
export const schemaPath = (kind: 'events' | 'webhooks', type: string): string => `/schemas/${kind}/${type}.json`;

/**
 * What portals get of an event: its ids. They read the rest over the API with their own rights (docs/rules.md#webhook-content).
 * `base` is the public address of the platform, with a slash at its end.
 */
export const portalEvent = (
  { id, source, type, subject, time, aggregateversion, correlationid, traceparent, data }: ToldEvent,
  base: string,
): PortalEvent => ({
  specversion: '1.0',
  ...{ id, source, type, subject, time },
  datacontenttype: 'application/json',
  dataschema: new URL(schemaPath('webhooks', type).slice(1), base).href,
  aggregateversion,
  ...(correlationid !== undefined && { correlationid }),
  ...(traceparent !== undefined && { traceparent }),
  data: Object.fromEntries(
    Object.entries(data as Record<string, unknown>).filter(
      (entry): entry is [string, string] => isId(entry[0]) && typeof entry[1] === 'string',
    ),
  ),
});

/** The part of JSON Schema that the data of events use. */
export interface DataSchema {
  readonly type?: unknown;
  readonly description?: string;
  readonly anyOf?: readonly DataSchema[];
  readonly properties?: Readonly<Record<string, DataSchema>>;
  readonly required?: readonly string[];
}

/** The JSON Schema (draft 7) of an event's data as services exchange it. It admits fields that are added later. */
export const eventDataSchema = ({ schema }: EventType): DataSchema => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest as DataSchema;
};

/** The JSON Schema of the data that portals get of an event. An id that may be null is left out then. */
export function portalDataSchema(event: EventType): DataSchema {
  const { properties = {}, required = [] } = eventDataSchema(event);
  const ids = Object.entries(properties).filter(([name]) => isId(name));
  const shown = ids.map(([name, { description }]) => {
    const inWords = name.slice(0, -2).replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
    return [name, { type: 'string', format: 'uuid', description: description ?? `id of the ${inWords}` }] as const;
  });
  const always = ids.filter(([name, { anyOf = [] }]) => required.includes(name) && !anyOf.some(({ type }) => type === 'null'));
  return { type: 'object', description: 'ids only', required: always.map(([name]) => name), properties: Object.fromEntries(shown) };
}

/** The JSON Schema of what portals get, whatever the event. */
export const portalEventSchema = {
  type: 'object',
  description: 'a CloudEvent 1.0 in its JSON format',
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'dataschema', 'aggregateversion', 'data'],
  properties: {
    specversion: { const: '1.0', description: 'version of CloudEvents' },
    id: { type: 'string', format: 'uuid', description: 'id of the event, the same in every attempt' },
    source: { type: 'string', format: 'uri-reference', description: 'the service that says it, `/exhibition`' },
    type: { type: 'string', description: 'type of the event' },
    subject: { type: 'string', description: 'id of what the event is about' },
    time: { type: 'string', format: 'date-time', description: 'when it happened' },
    datacontenttype: { const: 'application/json', description: 'media type of `data`' },
    dataschema: { type: 'string', format: 'uri', description: 'where the JSON Schema of `data` can be read' },
    aggregateversion: {
      type: 'integer',
      minimum: 0,
      description: 'version of what the event is about, after the change; ignore an older one than you know',
    },
    correlationid: { type: 'string', description: 'the same in everything that one request caused; quote it when you contact us' },
    traceparent: { type: 'string', description: 'W3C trace context of the change' },
    data: { type: 'object', description: 'ids; read the rest over the API with your own rights' },
  },
} as const;
