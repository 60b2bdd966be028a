const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const patterns = ['/v1/*', '/oidc', '/oidc/*', '/.well-known/*'];

/** What the gateway hands on. */
export const passingRoutes = patterns.flatMap(url => methods.map(method => ({ method, url })));

const passedOn = /^\/(?:v1(?=\/)|oidc(?=[/?]|$)|\.well-known(?=\/))/;

/** The pattern of the route by which the gateway hands a request on; undefined for its own pages, and for what is nobody's. */
export function passingRoute(method: string, target: string): string | undefined {
  if (!methods.includes(method)) return undefined;
  const [start] = passedOn.exec(target) ?? [];
  if (start === undefined) return undefined;
  return target[start.length] === '/' ? `${start}/*` : start;
}

/** Where a request goes: the service and the path it knows. */
export interface Destination {
  readonly service: string;
  readonly path: string;
}

const dotSegment = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\?#]|%2f|%5c|$)/i;

/** Documents about the authorization server live at the root of the host, but identity answers them below its own path. */
const wellKnown = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)(?:\/oidc)?(\?.*)?$/;

/**
 * The destination of a request target, or undefined when the gateway has none for it. Internal routes have no prefix here, and
 * a path with dot segments is nobody's, so that no service is reached by a detour.
 */
export function destinationOf(target: string): Destination | undefined {
  if (dotSegment.test(target.replace(/\?.*$/s, ''))) return undefined;
  const document = wellKnown.exec(target);
  if (document) return { service: 'identity', path: `/oidc/.well-known/${document[1]}${document[2] ?? ''}` };
  if (/^\/oidc(?:[/?]|$)/.test(target)) return { service: 'identity', path: target };
  const service = /^\/v1\/([a-z][a-z0-9-]*)(?:[/?]|$)/.exec(target)?.[1];
  return service === undefined ? undefined : { service, path: target };
}

const mebibyte = 1024 * 1024;

/** The largest body a path takes, in bytes: 25 MiB for `/uploads` below a service, 1 MiB elsewhere. */
export const largestBody = (path: string): number => (/^\/v1\/[^?]*\/uploads(?:[/?]|$)/.test(path) ? 25 : 1) * mebibyte;
