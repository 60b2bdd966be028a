import { eventCatalogue, portalEvents, processNames, schemaPath, serviceNames, webhookPinged } from '@ciep/contracts';
import type { RunningService, ServedRoute } from '@ciep/platform';
import type { Operation } from './operations.js';

/** A route outside the API document: who may call it, and what they get. */
export interface OtherRoute {
  /** `GET /health/live`, as in the router. */
  readonly route: string;
  /** A request that only passes the access check. */
  readonly path: string;
  /** The services with this route. */
  readonly at: readonly string[];
  /** The answer for everybody; or `services`: 401 without a token, 403 without the role and scope of a service. */
  readonly answers: number | 'services';
  /** The gateway's answer to the same request, if it differs. */
  readonly through?: number;
}

const id = '01860000-0000-7000-8000-00000000ffff';

/** Every route outside the API documents. Adding one here must be a deliberate choice, otherwise the access test fails. */
export const otherRoutes: readonly OtherRoute[] = [
  { route: 'GET /health/live', path: '/health/live', at: processNames, answers: 200 },
  { route: 'GET /health/ready', path: '/health/ready', at: processNames, answers: 200 },
  // Only on the private network; it shows no more than the public document.
  { route: 'GET /internal/openapi.json', path: '/internal/openapi.json', at: serviceNames, answers: 200, through: 404 },
  { route: 'GET /internal/openapi.json', path: '/internal/openapi.json', at: ['gateway'], answers: 404 },
  { route: 'GET /internal/contacts', path: '/internal/contacts?regionCode=210000', at: ['identity'], answers: 'services', through: 404 },
  ...[
    ['identity', 'organisations'],
    ['exhibition', 'applications'],
    ['billing', 'invoices'],
  ].map(([owner = '', things = '']) => ({
    route: `GET /internal/${things}/:id`,
    path: `/internal/${things}/${id}`,
    at: [owner],
    answers: 'services' as const,
    through: 404,
  })),
  { route: 'GET /internal/verifications/:id', path: `/internal/verifications/${id}`, at: ['identity'], answers: 'services', through: 404 },

  // Browser pages with their own cookies; tokens have no effect there.
  { route: 'GET /oidc/interaction/:uid', path: '/oidc/interaction/none', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/login', path: '/oidc/interaction/none/login', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/organisation', path: '/oidc/interaction/none/organisation', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/consent', path: '/oidc/interaction/none/consent', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/abort', path: '/oidc/interaction/none/abort', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/second-factor', path: '/oidc/interaction/none/second-factor', at: ['identity'], answers: 400 },
  {
    route: 'POST /oidc/interaction/:uid/second-factor/new',
    path: '/oidc/interaction/none/second-factor/new',
    at: ['identity'],
    answers: 400,
  },
  {
    route: 'POST /oidc/interaction/:uid/second-factor/kept',
    path: '/oidc/interaction/none/second-factor/kept',
    at: ['identity'],
    answers: 400,
  },
  { route: 'POST /oidc/interaction/:uid/link', path: '/oidc/interaction/none/link', at: ['identity'], answers: 400 },
  { route: 'GET /oidc/interaction/:uid/link', path: '/oidc/interaction/none/link', at: ['identity'], answers: 400 },
  { route: 'POST /oidc/interaction/:uid/language', path: '/oidc/interaction/none/language', at: ['identity'], answers: 400 },
  { route: 'GET /oidc/mail-change/:id/:code', path: `/oidc/mail-change/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/mail-change/:id/:code', path: `/oidc/mail-change/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/mail-change/:id/:code/done', path: `/oidc/mail-change/${id}/none/done`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/password-recovery', path: '/oidc/password-recovery', at: ['identity'], answers: 200 },
  { route: 'POST /oidc/password-recovery', path: '/oidc/password-recovery', at: ['identity'], answers: 422 },
  { route: 'GET /oidc/password-recovery/sent', path: '/oidc/password-recovery/sent', at: ['identity'], answers: 200 },
  { route: 'GET /oidc/password-recovery/:id/:code', path: `/oidc/password-recovery/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/password-recovery/:id/:code', path: `/oidc/password-recovery/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/password-recovery/:id/:code/done', path: `/oidc/password-recovery/${id}/none/done`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/invitation/:id/:code', path: `/oidc/invitation/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/invitation/:id/:code', path: `/oidc/invitation/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/invitation/:id/:code/done', path: `/oidc/invitation/${id}/none/done`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/registration/:id/:code', path: `/oidc/registration/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/registration/:id/:code', path: `/oidc/registration/${id}/none`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/registration/:id/:code/done', path: `/oidc/registration/${id}/none/done`, at: ['identity'], answers: 404 },
  { route: 'GET /oidc/registration/:id/:code/link', path: `/oidc/registration/${id}/none/link`, at: ['identity'], answers: 404 },
  { route: 'POST /oidc/registration/:id/:code/link', path: `/oidc/registration/${id}/none/link`, at: ['identity'], answers: 404 },
  // The provider validates its own input: apps/identity/test.
  ...['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map(method => ({
    route: `${method} /oidc/*`,
    path: '/oidc/no-such-endpoint',
    at: ['identity', 'gateway'],
    answers: 404,
  })),

  // The gateway's forwarding route: the services' own routes have rows of their own.
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap(method => [
    { route: `${method} /v1/*`, path: '/v1/nobody/things', at: ['gateway'], answers: 404 },
    { route: `${method} /.well-known/*`, path: '/.well-known/nothing', at: ['gateway'], answers: 404 },
    { route: `${method} /oidc`, path: '/oidc', at: ['gateway'], answers: 404 },
  ]),
  { route: 'PATCH /oidc/*', path: '/oidc/no-such-endpoint', at: ['gateway'], answers: 405 },
  { route: 'GET /docs/:name', path: '/docs/start.js', at: ['gateway'], answers: 404 },
  ...['/openapi.json', '/asyncapi.json', '/docs'].map(path => ({ route: `GET ${path}`, path, at: ['gateway'], answers: 200 })),
  ...[
    ...[...eventCatalogue.keys()].map(type => schemaPath('events', type)),
    ...[...portalEvents, webhookPinged].map(({ type }) => schemaPath('webhooks', type)),
  ].map(path => ({ route: `GET ${path}`, path, at: ['gateway'], answers: 200 })),
];

/** `post /v1/exhibition/booths/{id}`, as the API document writes it. */
const asDocumented = ({ method, url }: ServedRoute): string => `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;

/** Served routes without a row: neither an API operation nor one of the other routes. HEAD counts as its GET. */
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
