import * as contracts from '@ciep/contracts';
import type { FactType } from '@ciep/contracts';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import type { SourceFile } from '../checks/tree.js';

/** Where the catalogue is committed. */
export const cataloguePath = 'docs/facts.md';

/** A field of a fact's data. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** The part of JSON Schema that facts use. */
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
 * The catalogue of facts as Markdown: what each says, its fields, an example, and which reactions listen.
 * `files` are the repository's: reactions and examples are read from them.
 */
export async function catalogue(files: readonly SourceFile[]): Promise<string> {
  const facts = [...contracts.factTypes.values()];
  const listeners = listenersIn(files);
  const examples = new Map(files.filter(({ path }) => path.includes('/examples/')).map(file => [file.path, file]));
  const exampleOf = (fact: FactType): string => {
    const name = fact.type.split('.').slice(2).join('.');
    return examples.get(`libs/contracts/src/${fact.service}/examples/${name}.json`)?.text().trim() ?? '';
  };
  const text = [
    opening,
    overview(facts, listeners),
    ...[...Map.groupBy(facts, ({ topic }) => topic)].map(([topic, group]) =>
      [`## ${group[0]?.service}: ${group[0]?.aggregate.replaceAll('_', ' ')}\n\nTopic \`${topic}\`, told by ${group[0]?.service}.`]
        .concat(group.map(fact => section(fact, listeners.get(fact) ?? [], exampleOf(fact))))
        .join('\n\n'),
    ),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(cataloguePath)), filepath: cataloguePath });
}

const opening = `# Facts

Generated from \`libs/contracts\` and the reactions of the services by \`npm run catalogue\`; a test keeps it fresh.

A fact says what happened in one service; others listen. It is written in the transaction of the change (outbox), goes to the topic of
its aggregate and is delivered at least once, in the order of its aggregate. Facts carry ids and business values, never names,
addresses or links. A fact is never changed: a new shape is a new version (\`.v2\`), told beside the old one until nobody listens to that.

On the way it is a [CloudEvent](https://cloudevents.io) 1.0; the tables below show its \`data\`:

| attribute | meaning |
| --- | --- |
| \`id\` | fixed when the fact is written; whoever has seen it ignores it |
| \`source\` | the owning service, \`/exhibition\` |
| \`type\` | \`ciep.<service>.<aggregate>.<past verb>.v<n>\` |
| \`subject\` | id of the aggregate, and key of the topic |
| \`time\` | business instant at which it happened |
| \`aggregateversion\` | version of the aggregate after the change: a copy ignores older ones |
| \`traceparent\`, \`correlationid\`, \`causationid\` | where it comes from |

Webhooks to portals carry the same CloudEvents; \`GET /v1/notification/webhook-event-types\` lists those that can be had.`;

function overview(facts: readonly FactType[], listeners: ReadonlyMap<FactType, readonly Listener[]>): string {
  const rows = facts.map(fact => {
    const services = [...new Set((listeners.get(fact) ?? []).map(({ service }) => service))].sort().join(', ');
    return `| [${fact.type}](#${anchor(fact)}) | ${fact.meaning} | ${services || '–'} |`;
  });
  return ['| fact | meaning | heard by |', '| --- | --- | --- |', ...rows].join('\n');
}

const anchor = (fact: FactType): string => fact.type.replaceAll('.', '-').replaceAll('_', '-');

function section(fact: FactType, heard: readonly Listener[], example: string): string {
  const fields = fieldsOf(z.toJSONSchema(fact.schema) as Schema);
  return [
    `<a id="${anchor(fact)}"></a>\n\n### ${fact.type}`,
    fact.meaning,
    heard.length > 0
      ? `Heard by ${heard.map(({ service, reaction }) => `${service} \`${reaction}\``).join(', ')}.`
      : 'Heard by nobody yet.',
    [
      '| field | type | meaning |',
      '| --- | --- | --- |',
      ...fields.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${meaning} |`),
    ].join('\n'),
    `\`\`\`json\n${example}\n\`\`\``,
  ].join('\n\n');
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

/** A reaction that listens to a fact. */
export interface Listener {
  readonly service: string;
  readonly reaction: string;
}

/** Which reactions listen to which facts, from the sources. */
export function listenersIn(files: readonly SourceFile[]): Map<FactType, Listener[]> {
  const named = new Map(Object.entries(contracts as Record<string, unknown>));
  const found = new Map<FactType, Listener[]>();
  for (const file of files) {
    const folder = /^(apps\/[^/]+|libs\/platform)\/src\/.+[.]reaction[.]ts$/.exec(file.path)?.[1];
    if (folder === undefined) continue;
    const service = folder === 'libs/platform' ? 'every service' : folder.slice('apps/'.length);
    const text = file.text();
    const reaction = /export class (\w+)/.exec(text)?.[1] ?? file.path;
    for (const name of [...text.matchAll(/@ReactsTo\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map(part => part.trim()))) {
      const fact = named.get(name) as FactType | undefined;
      if (fact) found.set(fact, [...(found.get(fact) ?? []), { service, reaction }]);
    }
  }
  return found;
}
