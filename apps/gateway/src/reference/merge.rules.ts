import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';

/** One service's part of the merged document. */
export interface Part {
  readonly service: string;
  readonly document: OpenAPIObject;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const asObject = (value: unknown): JsonObject => (isObject(value as Json | undefined) ? (value as JsonObject) : {});
const pascal = (name: string): string => name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const reference = /^#\/components\/(\w+)\/(.+)$/;
const verbs = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Two services define different things under one name; the merge fails, because a reader could not tell them apart. */
export class MergeConflict extends Error {
  constructor(what: string) {
    super(`The OpenAPI documents do not fit together: ${what}`);
    this.name = 'MergeConflict';
  }
}

/**
 * Merges the OpenAPI documents of the services. The service's name prefixes every component and tag, not only clashing ones, so that a name
 * in a generated client never changes because another service grew. Operations keep their ids, the methods of such a client, and must not
 * share one. Components of the platform keep their names, must be equal in all parts and appear once. The order of the parts does not
 * matter. `isShared` recognises components of the platform; `head` is what the document says of itself. Throws {@link MergeConflict}.
 */
export function mergeDocuments(
  parts: readonly Part[],
  isShared: (section: string, name: string) => boolean,
  head: Pick<OpenAPIObject, 'openapi' | 'info' | 'servers'>,
): OpenAPIObject {
  const paths = new Map<string, Json>();
  const components = new Map<string, Map<string, Json>>();
  const webhooks = new Map<string, Json>();
  const tags: Json[] = [];
  const ids = new Set<string>();
  const [security, ...others] = parts.map(({ document }) => document.security ?? null);
  if (others.some(other => !isDeepStrictEqual(other, security))) throw new MergeConflict('security differs between them');

  for (const { service, document } of [...parts].sort((a, b) => (a.service < b.service ? -1 : 1))) {
    const prefix = pascal(service);
    const nameOf: NameOf = (section, name) => (isShared(section, name) ? name : `${prefix}${name}`);
    const renamed = (value: Json): Json => renameReferences(value, nameOf);

    for (const [path, item] of Object.entries(asObject(document.paths))) {
      if (path.startsWith('/internal/')) continue;
      if (paths.has(path)) throw new MergeConflict(`${path} is in two of them`);
      for (const id of operationIds(asObject(item))) {
        if (ids.has(id)) throw new MergeConflict(`the operation ${id} is in two of them`);
        ids.add(id);
      }
      paths.set(path, withOwnTags(asObject(renamed(item)), service));
    }
    for (const [name, item] of Object.entries(asObject(document.webhooks))) {
      if (webhooks.has(name)) throw new MergeConflict(`the webhook ${name} is in two of them`);
      webhooks.set(name, withOwnTags(asObject(renamed(item)), service));
    }
    for (const [section, entries] of Object.entries(asObject(document.components))) {
      const known = components.get(section) ?? new Map<string, Json>();
      components.set(section, known);
      for (const [name, entry] of Object.entries(asObject(entries))) {
        addOnce(known, section, nameOf(section, name), renamed(entry));
      }
    }
    for (const tag of (document.tags ?? []) as unknown as JsonObject[]) tags.push({ ...tag, name: tagOf(service, tag['name']) });
  }

  const sorted = (entries: ReadonlyMap<string, Json>) => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...head,
    ...(security && { security }),
    tags,
    paths: sorted(paths),
    ...(webhooks.size > 0 && { webhooks: sorted(webhooks) }),
    components: sorted(new Map([...components].map(([section, entries]) => [section, sorted(entries)]))),
  } as unknown as OpenAPIObject;
}

const tagOf = (service: string, tag: Json | undefined): string =>
  typeof tag === 'string' && tag !== service ? `${service}: ${tag}` : service;

/** Components with the same name must be equal. */
function addOnce(known: Map<string, Json>, section: string, name: string, entry: Json): void {
  const earlier = known.get(name);
  if (earlier !== undefined && !isDeepStrictEqual(earlier, entry))
    throw new MergeConflict(`components/${section}/${name} differs between them`);
  known.set(name, entry);
}

const operationIds = (item: JsonObject): string[] =>
  Object.values(item).flatMap(operation => {
    const id = asObject(operation)['operationId'];
    return typeof id === 'string' ? [id] : [];
  });

function withOwnTags(item: JsonObject, service: string): JsonObject {
  const entries = Object.entries(item).map(([key, operation]) => {
    if (!verbs.has(key) || !isObject(operation)) return [key, operation];
    const { tags } = operation;
    return [
      key,
      {
        ...operation,
        tags: Array.isArray(tags) && tags.length > 0 ? tags.map((tag: Json) => tagOf(service, tag)) : [service],
      },
    ];
  });
  return Object.fromEntries(entries) as JsonObject;
}

type NameOf = (section: string, name: string) => string;

/** Renames referenced components, in `$ref` and in the mapping of a discriminator. */
function renameReferences(value: Json, nameOf: NameOf): Json {
  if (Array.isArray(value)) return value.map(entry => renameReferences(entry as Json, nameOf));
  if (!isObject(value)) return value;
  const renamed = (text: Json): Json => {
    const [, section = '', name = ''] = (typeof text === 'string' && reference.exec(text)) || [];
    return name === '' ? text : `#/components/${section}/${nameOf(section, name)}`;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const refers = key === '$ref' || (key === 'mapping' && isObject(entry));
      if (refers && typeof entry === 'string') return [key, renamed(entry)];
      if (refers && isObject(entry))
        return [key, Object.fromEntries(Object.entries(entry).map(([tag, target]) => [tag, renamed(renameReferences(target, nameOf))]))];
      return [key, renameReferences(entry, nameOf)];
    }),
  );
}
