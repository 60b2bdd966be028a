import type { Language } from '@ciep/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';
import { partIn } from './both-languages.rules.js';

/** What readers see first of each part of the document, in both languages. */
const texts = new Set(['title', 'summary', 'description', 'name', 'x-displayName']);
type Part = Readonly<Record<string, unknown>>;

/** A part of the document with its own texts in one language; what lies deeper stays. */
const said = (part: Part, language: Language): Part =>
  Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, texts.has(key) && typeof value === 'string' ? partIn(value, language) : value]),
  );

const each = (parts: unknown, change: (part: Part) => Part): Part =>
  Object.fromEntries(
    Object.entries((parts ?? {}) as Part).map(([key, part]) => [
      key,
      typeof part === 'object' && part !== null && !Array.isArray(part) ? change(part as Part) : part,
    ]),
  );

/** How people sign in, and the scopes that they allow to a client. */
const inSchemes = (schemes: unknown, language: Language): unknown =>
  JSON.parse(JSON.stringify(schemes ?? {}), (key, value: unknown) =>
    key === 'description' || key.includes(':') ? partIn(String(value), language) : value,
  );

/**
 * The document for readers of one language: title, introduction, groups, tags, operations, ways to sign in. Parameters, fields and answers are
 * described in English only.
 */
export function inLanguage(document: OpenAPIObject, language: Language): OpenAPIObject {
  const own = (part: object): Part => said(part as Part, language);
  const { servers = [], tags = [], webhooks, components } = document;
  const groups = (document as { 'x-tagGroups'?: readonly object[] })['x-tagGroups'] ?? [];
  const operations = (items: unknown) => each(items, item => each(item, own));
  return {
    ...document,
    info: own(document.info),
    servers: servers.map(own),
    tags: tags.map(tag => ({ ...own(tag), name: tag.name, description: partIn(tag.description ?? '', language).replace(/^[^：]*：/, '') })),
    'x-tagGroups': groups.map(own),
    paths: operations(document.paths),
    ...(webhooks && { webhooks: operations(webhooks) }),
    components: { ...components, securitySchemes: inSchemes(components?.securitySchemes, language) },
  } as unknown as OpenAPIObject;
}
