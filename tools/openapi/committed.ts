import { format, resolveConfig } from 'prettier';
import type { Generated } from '../docs/freshness.js';
import { mergedName, type OpenApi } from './documents.js';

/** The folder of the committed documents. */
export const openApiFolder = 'docs/openapi/';

/**
 * The committed documents of the services, by path, with short objects on one line. The merged one repeats them, and the gateway
 * builds it. The copy of a service lists its own scopes only, so that a new service does not change it.
 */
export async function committedForm(documents: ReadonlyMap<string, OpenApi>): Promise<Generated> {
  const own = [...documents].filter(([name]) => name !== mergedName);
  return new Map(
    await Promise.all(
      own.map(async ([name, document]) => {
        const path = `${openApiFolder}${name}.json`;
        return [path, await formatted(withOwnScopes(document, name), path)] as const;
      }),
    ),
  );
}

/** A document as it is committed. */
export const formatted = async (document: object, path = `${openApiFolder}one.json`): Promise<string> =>
  format(JSON.stringify(document), { ...(await resolveConfig(path)), parser: 'json' });

/** The document without the scopes of other services. */
const withOwnScopes = (document: object, service: string): object =>
  JSON.parse(JSON.stringify(document), (key, value: unknown) =>
    key === 'scopes' && typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([scope]) => scope.startsWith(`${service}:`)))
      : value,
  ) as object;
