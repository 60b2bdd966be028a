import type { Generated } from '../docs/freshness.js';
import type { OpenApi } from './documents.js';

/** The folder of the committed documents. */
export const openApiFolder = 'docs/openapi/';

/** The documents as they are committed, by path. */
export function committedForm(documents: ReadonlyMap<string, OpenApi>): Generated {
  return new Map([...documents].map(([name, document]) => [`${openApiFolder}${name}.json`, `${JSON.stringify(document, null, 2)}\n`]));
}
