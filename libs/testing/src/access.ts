import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { apiScopes, roles, type Role } from '@ciep/contracts';
import type { RouteAccess, ServedRoute, ServiceDefinition } from '@ciep/platform';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from './api.js';
import { startService, type TestOptions, type TestService } from './start-service.js';
import type { Caller } from './tokens.js';

/** The reviewed table of who may call which route. */
const reviewed = new URL('../../../docs/access.md', import.meta.url);

/** The rows of a service in `docs/access.md`. */
export function reviewedAccess(service: string, markdown = readFileSync(reviewed, 'utf8')): RouteAccess[] {
  const [, section = ''] = markdown.split(new RegExp(`^## ${service}$`, 'm'));
  return section
    .split(/^## /m, 1)
    .flatMap(text => text.split('\n'))
    .filter(line => line.startsWith('| `'))
    .map(line => {
      const [route = '', permission = '', scope = '', held = ''] = line
        .split('|')
        .slice(1)
        .map(cell => cell.replaceAll('`', '').trim());
      return {
        route,
        permission: permission as RouteAccess['permission'],
        scope: scope === '–' ? undefined : scope,
        roles: held === 'all' ? roles : (held.split(', ') as Role[]),
      };
    });
}

/** Served routes that the table lacks, and routes of the table that are not served. */
export function routeFaults(served: readonly ServedRoute[], rows: readonly RouteAccess[]): string[] {
  const there = served
    .filter(({ method, url }) => method !== 'HEAD' && /^\/(v1|internal)\//.test(url) && url !== '/internal/openapi.json')
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  const listed = rows.map(({ route }) => route);
  return [
    ...there.filter(route => !listed.includes(route)).map(route => `${route} is served and not in docs/access.md`),
    ...listed.filter(route => !there.includes(route)).map(route => `${route} is in docs/access.md and not served`),
  ];
}

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
}

/**
 * Calls a route without a token, with a bad token, with each role, and with all roles and too few scopes. Returns a line for each caller
 * that gets another answer than the row says. The ids in the calls do not exist, so admitted callers get 400, 404, 422 or an empty list.
 */
export async function accessFaults(service: TestService, { route, permission, scope, roles: held }: RouteAccess): Promise<string[]> {
  const faults: string[] = [];
  const check = (caller: string, { status, code }: Answer, wanted: 'in' | `${401 | 403} ${string}`): void => {
    const found = status === 401 || status === 403 ? `${status} ${code}` : status < 500 ? 'in' : `${status} ${code}`;
    if (found !== wanted) faults.push(`${route}: ${caller}: ${found}, not ${wanted}`);
  };
  // A write scope includes reading.
  const covering = scope === undefined ? [] : [scope, scope.replace(':read', ':write')];
  const everyScope = [...new Set([...apiScopes, 'internal:read', ...covering])];
  const isPublic = permission === 'public';
  const refused = permission === 'internal' ? '403 scope.missing' : '403 permission.missing';
  const place = { organisationId: randomUUID(), regionCode: '210000' };
  const as = (caller: Caller) => answerTo(service, route, () => service.token({ ...place, ...caller }));

  check('nobody', await answerTo(service, route), isPublic ? 'in' : '401 token.missing');
  check('a bad token', await answerTo(service, route, () => Promise.resolve('not.a.token')), isPublic ? 'in' : '401 token.invalid');
  for (const role of roles) check(role, await as({ roles: [role], scopes: everyScope }), held.includes(role) ? 'in' : refused);
  if (scope !== undefined) {
    const others = everyScope.filter(one => !covering.includes(one));
    check(`every scope but ${scope}`, await as({ roles, scopes: others }), '403 scope.missing');
    check(`no scope but ${scope}`, await as({ roles, scopes: [scope] }), 'in');
  }
  return faults;
}

async function answerTo(service: TestService, route: string, token?: () => Promise<string>): Promise<Answer> {
  const [verb = '', template = ''] = route.split(' ');
  const path = template.replaceAll(/\{\w+\}/g, () => randomUUID());
  const method = verb.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
  const operation = service.running.document().paths[template]?.[method];
  if (operation) {
    const body = operation.requestBody && 'content' in operation.requestBody ? Object.keys(operation.requestBody.content) : [];
    const api = token ? service.with(token) : service.anonymous;
    const answer = await callRoute(api, method, path, body.includes('application/json') ? undefined : body[0]);
    return { status: answer.status, code: (answer.body as { code?: string }).code };
  }
  // The API document does not contain this route.
  const response = await fetch(service.url + path, { method: verb, headers: token ? { authorization: `Bearer ${await token()}` } : {} });
  return { status: response.status, code: ((await response.json()) as { code?: string }).code };
}

function callRoute(api: Api, method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, upload: string | undefined) {
  if (upload !== undefined) return api.upload(path, Buffer.from('%PDF-1.7'), upload);
  return method === 'get' || method === 'delete' ? api[method](path) : api[method](path, {});
}

/**
 * Tests that a service follows `docs/access.md`: it calls each route of its section over HTTP, without a token and with every role and
 * scope. Starts the service and returns a function that gives it to further tests in the same file.
 *
 * ```ts
 * describeAccess(billing);
 * ```
 */
export function describeAccess(definition: ServiceDefinition, options: TestOptions = {}): () => TestService {
  let service: TestService;
  const rows = reviewedAccess(definition.name);
  beforeAll(async () => {
    service = await startService(definition, options);
  });
  describe(`access to ${definition.name}`, () => {
    it('is reviewed for every route', () => {
      expect(rows.length).toBeGreaterThan(0);
      expect(routeFaults(service.running.routes, rows)).toEqual([]);
    });

    it.each(rows)('$route: $permission', async row => {
      expect(await accessFaults(service, row)).toEqual([]);
    });
  });
  return () => service;
}
