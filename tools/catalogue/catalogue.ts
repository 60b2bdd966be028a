import * as contracts from '@ciep/contracts';
import type { EventType } from '@ciep/contracts';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import type { SourceFile } from '../checks/tree.js';

/** The path of the committed catalogue. */
export const cataloguePath = 'docs/events.md';

/** A field of an event's data. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** The part of JSON Schema that events use. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/**
 * The catalogue of events as Markdown: meaning, fields, an example, and the reactions that consume each event.
 * Reactions and examples are read from `files`, the files of the repository.
 */
export async function catalogue(files: readonly SourceFile[]): Promise<string> {
  const events = [...contracts.eventCatalogue.values()];
  const listeners = listenersIn(files);
  const examples = new Map(files.filter(({ path }) => path.startsWith('libs/contracts/examples/')).map(file => [file.path, file]));
  const exampleOf = (event: EventType): string => {
    const name = event.type.split('.').slice(2).join('.');
    return examples.get(`libs/contracts/examples/${event.service}/${name}.json`)?.text().trim() ?? '';
  };
  const text = [
    opening,
    overview(events, listeners),
    ...[...Map.groupBy(events, ({ topic }) => topic)].map(([topic, group]) =>
      [`## ${group[0]?.service}: ${group[0]?.aggregate.replaceAll('_', ' ')}\n\nTopic \`${topic}\`, published by ${group[0]?.service}.`]
        .concat(group.map(event => section(event, listeners.get(event) ?? [], exampleOf(event))))
        .join('\n\n'),
    ),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(cataloguePath)), filepath: cataloguePath });
}

const opening = `# Events

Generated from \`libs/contracts\` and the reactions of the services by \`npm run catalogue\`; a test keeps it up to date.

An event records what happened in one service, and others react to it. It is written in the transaction of the change (outbox), goes to the
topic of its aggregate and is delivered at least once, in the order of its aggregate. Events contain ids and business values, never names,
addresses or links. An event schema never changes: a new schema is a new version (\`.v2\`), published beside the old one until no
consumer is left.

In transit it is a [CloudEvent](https://cloudevents.io) 1.0; the tables below show its \`data\`:

| attribute | meaning |
| --- | --- |
| \`id\` | fixed when the event is written; a consumer ignores a repetition |
| \`source\` | the owning service, \`/exhibition\` |
| \`type\` | \`ciep.<service>.<aggregate>.<past verb>.v<n>\` |
| \`subject\` | id of the aggregate, and key of the topic |
| \`time\` | business time of the change |
| \`aggregateversion\` | version of the aggregate after the change; a read copy ignores older ones |
| \`traceparent\`, \`correlationid\`, \`causationid\` | its origin |

A running platform describes all this for programs: its AsyncAPI document is at \`/asyncapi.json\`, with topics, senders, receivers,
webhooks and examples. The JSON Schema of each event's data is at \`/schemas/events/<type>.json\`.

Webhooks to portals carry the same CloudEvents in structured mode, with ids only; their schemas are at \`/schemas/webhooks/<type>.json\`,
which \`dataschema\` names. \`GET /v1/notification/webhook-event-types\` lists the available types, and the
[API guide](api-guide.md#receivers) shows receivers.`;

function overview(events: readonly EventType[], listeners: ReadonlyMap<EventType, readonly Listener[]>): string {
  const rows = events.map(event => {
    const services = [...new Set((listeners.get(event) ?? []).map(({ service }) => service))].sort().join(', ');
    return `| [${event.type}](#${anchor(event)}) | ${event.meaning} | ${services || '–'} |`;
  });
  return ['| event | meaning | consumed by |', '| --- | --- | --- |', ...rows].join('\n');
}

const anchor = (event: EventType): string => event.type.replaceAll('.', '-').replaceAll('_', '-');

function section(event: EventType, listeners: readonly Listener[], example: string): string {
  const fields = fieldsOf(z.toJSONSchema(event.schema) as Schema);
  return [
    `<a id="${anchor(event)}"></a>\n\n### ${event.type}`,
    event.meaning,
    listeners.length > 0
      ? `Consumed by ${listeners.map(({ service, reaction }) => `${service} \`${reaction}\``).join(', ')}.`
      : 'No consumer yet.',
    ...concernsOf(event),
    [
      '| field | type | meaning |',
      '| --- | --- | --- |',
      ...fields.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${meaning} |`),
    ].join('\n'),
    `\`\`\`json\n${example}\n\`\`\``,
  ].join('\n\n');
}

/** The recipients of an event besides services. */
function concernsOf({ recipients: { concerns = {}, portals = false } }: EventType): string[] {
  const named = Object.entries(concerns).map(([audience, field]) => `${audience} \`${field}\``);
  return named.length === 0 ? [] : [`Concerns ${named.join(', ')}.${portals ? ' Portals may subscribe to it.' : ''}`];
}

function fieldsOf({ properties = {}, required = [] }: Schema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const own = { name: `${prefix}${name}`, type: typeOf(schema, required.includes(name)), meaning: meaningOf(schema) };
    return schema.items?.properties ? [own, ...fieldsOf(schema.items, `${prefix}${name}[].`)] : [own];
  });
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  date: 'date `YYYY-MM-DD`, in China',
  'date-time': 'instant, RFC 3339',
};

function typeOf(schema: Schema, isRequired = true): string {
  const { anyOf, enum: words, format: name, items, type = '' } = schema;
  const named = anyOf
    ? anyOf.map(one => typeOf(one)).join(' or ')
    : words
      ? words.map(word => `\`${word}\``).join(', ')
      : items
        ? `list of ${items.properties ? 'objects' : typeOf(items)}`
        : ((name && formats[name]) ?? type);
  return isRequired ? named : `${named}, optional`;
}

const meaningOf = ({ description, anyOf = [] }: Schema): string =>
  description ?? anyOf.map(one => one.description).find(text => text !== undefined) ?? '';

/** A reaction that consumes an event. */
export interface Listener {
  readonly service: string;
  readonly reaction: string;
}

/** The reactions that consume each event, from the sources. */
export function listenersIn(files: readonly SourceFile[]): Map<EventType, Listener[]> {
  const named = new Map(Object.entries(contracts as Record<string, unknown>));
  const found = new Map<EventType, Listener[]>();
  for (const file of files) {
    const folder = /^(apps\/[^/]+|libs\/platform)\/src\/.+[.]reaction[.]ts$/.exec(file.path)?.[1];
    if (folder === undefined) continue;
    const service = folder === 'libs/platform' ? 'every service' : folder.slice('apps/'.length);
    const text = file.text();
    const reaction = /export class (\w+)/.exec(text)?.[1] ?? file.path;
    const names = [...text.matchAll(/@ReactsTo\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map(part => part.trim()));
    // A list of events is spread: `...portalEvents`.
    for (const event of names.flatMap(name => (named.get(name.replace(/^[.]{3}/, '')) ?? []) as EventType | readonly EventType[]))
      found.set(event, [...(found.get(event) ?? []), { service, reaction }]);
  }
  return found;
}
