import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';

/** One service's part of the merged document. */
export interface Part {
  readonly service: string;
  readonly document: OpenAPIObject;
}

/** Schemas that come from the platform and mean the same everywhere; they keep their names and must be equal. */
const shared = new Set(['Problem', 'FieldProblem', 'LocalizedTextDto', 'MoneyDto', 'AuditEntryDto', 'ParkedFactDto', 'SkipFactDto']);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const asObject = (value: unknown): JsonObject => (isObject(value as Json | undefined) ? (value as JsonObject) : {});
const pascal = (name: string): string => name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const schemaReference = /^#\/components\/schemas\/(.+)$/;
const verbs = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Two services say different things under one name; the build stops, because a reader could not tell them apart. */
export class MergeConflict extends Error {
  constructor(what: string) {
    super(`The OpenAPI documents do not fit together: ${what}`);
    this.name = 'MergeConflict';
  }
}

/**
 * Makes one OpenAPI document of the services' documents. Every schema, operation id and tag gets its service's name in front,
 * always, not only where names clash: so a name in a generated client never changes because another service grew. Schemas of
 * the platform, and other components, are shared and must be equal. The order of the parts does not matter.
 * Throws {@link MergeConflict}.
 */
export function mergeDocuments(parts: readonly Part[]): OpenAPIObject {
  const paths = new Map<string, Json>();
  const components = new Map<string, Map<string, Json>>();
  const tags: Json[] = [];

  for (const { service, document } of [...parts].sort((a, b) => (a.service < b.service ? -1 : 1))) {
    const prefix = pascal(service);
    const nameOf = (schema: string): string => (shared.has(schema) ? schema : `${prefix}${schema}`);
    const renamed = (value: Json): Json => renameReferences(value, nameOf);

    for (const [path, item] of Object.entries(asObject(document.paths))) {
      if (path.startsWith('/internal/')) continue;
      if (paths.has(path)) throw new MergeConflict(`${path} is in two of them`);
      paths.set(path, withPrefix(asObject(renamed(item)), service));
    }
    for (const [section, entries] of Object.entries(asObject(document.components))) {
      const known = components.get(section) ?? new Map<string, Json>();
      components.set(section, known);
      for (const [name, entry] of Object.entries(asObject(entries))) {
        addShared(known, section, section === 'schemas' ? nameOf(name) : name, renamed(entry));
      }
    }
    for (const tag of (document.tags ?? []) as unknown as JsonObject[]) tags.push({ ...tag, name: tagOf(service, tag['name']) });
  }

  const sorted = (entries: ReadonlyMap<string, Json>) => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: '3.1.0',
    info: {
      title: 'CIEP platform API',
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description: 'All services of the Conference on International Exchange of Professionals. 中国国际人才交流大会平台接口。',
    },
    servers: [{ url: '/' }],
    tags,
    paths: sorted(paths),
    components: Object.fromEntries([...components].map(([section, entries]) => [section, sorted(entries)])),
  } as unknown as OpenAPIObject;
}

const tagOf = (service: string, tag: Json | undefined): string =>
  typeof tag === 'string' && tag !== service ? `${service}: ${tag}` : service;

/** Components under one name must be one component. */
function addShared(known: Map<string, Json>, section: string, name: string, entry: Json): void {
  const earlier = known.get(name);
  if (earlier !== undefined && !isDeepStrictEqual(earlier, entry))
    throw new MergeConflict(`components/${section}/${name} differs between them`);
  known.set(name, entry);
}

function withPrefix(item: JsonObject, service: string): JsonObject {
  const entries = Object.entries(item).map(([key, operation]) => {
    if (!verbs.has(key) || !isObject(operation)) return [key, operation];
    const { operationId, tags } = operation;
    return [
      key,
      {
        ...operation,
        ...(typeof operationId === 'string' && { operationId: `${service}_${operationId}` }),
        tags: Array.isArray(tags) && tags.length > 0 ? tags.map((tag: Json) => tagOf(service, tag)) : [service],
      },
    ];
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** Renames the schemas that a value refers to, by `$ref` and by the mapping of a discriminator. */
function renameReferences(value: Json, nameOf: (schema: string) => string): Json {
  if (Array.isArray(value)) return value.map(entry => renameReferences(entry as Json, nameOf));
  if (!isObject(value)) return value;
  const reference = (text: Json): Json => {
    const schema = typeof text === 'string' ? schemaReference.exec(text)?.[1] : undefined;
    return schema === undefined ? text : `#/components/schemas/${nameOf(schema)}`;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const refers = key === '$ref' || (key === 'mapping' && isObject(entry));
      if (refers && typeof entry === 'string') return [key, reference(entry)];
      if (refers && isObject(entry))
        return [key, Object.fromEntries(Object.entries(entry).map(([tag, target]) => [tag, reference(renameReferences(target, nameOf))]))];
      return [key, renameReferences(entry, nameOf)];
    }),
  );
}
