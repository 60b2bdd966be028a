import type { RunningService, ServedRoute } from '@ciep/platform';
import type { Operation } from './operations.js';

/** A route besides those of the API document: who may call it, and what they get. */
export interface OtherRoute {
  /** `GET /health/live`, as the router has it. */
  readonly route: string;
  /** A request that leads to it and no further. */
  readonly path: string;
  /** The services that have it. */
  readonly at: readonly string[];
  /** What everybody gets, whoever it is; or `services`: 401 without a token, 403 without the role and scope of a service. */
  readonly answers: number | 'services';
  /** What the gateway answers to the same request, where it is not the same. */
  readonly through?: number;
}

const withDatabase = ['identity', 'conference', 'exhibition', 'billing', 'notification'];
const everywhere = [...withDatabase, 'gateway'];
const id = '01860000-0000-7000-8000-00000000ffff';

/** Every route that no API document has. A new one is added here on purpose, or the test of access fails. */
export const otherRoutes: readonly OtherRoute[] = [
  { route: 'GET /health/live', path: '/health/live', at: everywhere, answers: 200 },
  { route: 'GET /health/ready', path: '/health/ready', at: everywhere, answers: 200 },
  // On the private network only; it says no more than the public document.
  { route: 'GET /internal/openapi.json', path: '/internal/openapi.json', at: withDatabase, answers: 200, through: 404 },
  { route: 'GET /internal/openapi.json', path: '/internal/openapi.json', at: ['gateway'], answers: 404 },
  { route: 'GET /internal/contacts', path: '/internal/contacts?regionCode=210000', at: ['identity'], answers: 'services', through: 404 },
  { route: 'GET /internal/verifications/:id', path: `/internal/verifications/${id}`, at: ['identity'], answers: 'services', through: 404 },

  // Pages of a browser, which is known by its own cookies; a token says nothing there.
  { route: 'GET /oidc/interaction/:uid', path: '/oidc/interaction/none', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/login', path: '/oidc/interaction/none/login', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/consent', path: '/oidc/interaction/none/consent', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/abort', path: '/oidc/interaction/none/abort', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/link', path: '/oidc/interaction/none/link', at: ['identity'], answers: 400 },
  { route: 'GET /oidc/registration/:id/:code', path: `/oidc/registration/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/registration/:id/:code', path: `/oidc/registration/${id}/none`, at: ['identity'], answers: 404 },
  // The provider itself checks what it is sent: apps/identity/test.
  ...['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map(method => ({
    route: `${method} /oidc/*`,
    path: '/oidc/no-such-endpoint',
    at: ['identity', 'gateway'],
    answers: 404,
  })),

  // What the gateway hands on: the services' own routes, which have rows of their own, and nothing else.
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap(method => [
    { route: `${method} /v1/*`, path: '/v1/nobody/things', at: ['gateway'], answers: 404 },
    { route: `${method} /.well-known/*`, path: '/.well-known/nothing', at: ['gateway'], answers: 404 },
    { route: `${method} /oidc`, path: '/oidc', at: ['gateway'], answers: 404 },
  ]),
  { route: 'PATCH /oidc/*', path: '/oidc/no-such-endpoint', at: ['gateway'], answers: 404 },
  ...['/openapi.json', '/docs', '/docs/start.js', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/favicon-32x32.png'].map(
    path => ({ route: `GET ${path}`, path, at: ['gateway'], answers: 200 }),
  ),
];

/** `post /v1/exhibition/booths/{id}`, as the API document writes it. */
const asDocumented = ({ method, url }: ServedRoute): string => `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;

/** What is served and has no row: neither an operation of the API document nor one of the other routes. A HEAD is judged as its GET. */
export function withoutRow(
  services: Iterable<Pick<RunningService, 'name' | 'routes'>>,
  operations: readonly Operation[],
  others: readonly OtherRoute[] = otherRoutes,
): string[] {
  const documented = new Set(operations.map(({ name }) => name));
  const listed = new Set(others.flatMap(({ route, at }) => at.map(service => `${service} ${route}`)));
  return [...services].flatMap(({ name, routes }) =>
    routes
      .filter(route => route.method !== 'HEAD')
      .filter(route => !documented.has(asDocumented(route)) && !listed.has(`${name} ${route.method} ${route.url}`))
      .map(({ method, url }) => `${name} ${method} ${url}`),
  );
}
