const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const patterns = ['/v1/*', '/oidc', '/oidc/*', '/.well-known/*'];

/** The paths that the gateway forwards. */
export const passingRoutes = patterns.flatMap(url => methods.map(method => ({ method, url })));

const passedOn = /^\/(?:v1(?=\/)|oidc(?=[/?]|$)|\.well-known(?=\/))/;

/** The pattern of the forwarding route of a request; undefined for the gateway's own pages and unknown paths. */
export function passingRoute(method: string, target: string): string | undefined {
  if (!methods.includes(method)) return undefined;
  const [start] = passedOn.exec(target) ?? [];
  if (start === undefined) return undefined;
  return target[start.length] === '/' ? `${start}/*` : start;
}

/** The destination of a request: the service and the path there. */
export interface Destination {
  readonly service: string;
  readonly path: string;
}

const dotSegment = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\?#]|%2f|%5c|$)/i;

/** Documents about the authorization server are at the root of the host, but identity serves them below its own path. */
const wellKnown = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)(?:\/oidc)?(\?.*)?$/;

/**
 * The destination of a request target; undefined if there is none. Internal routes have no prefix here. A path with dot segments has no
 * destination, so that it cannot bypass the checks.
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

/** The largest body of a path, in bytes: 25 MiB for `/uploads` below a service, 1 MiB elsewhere. */
export const largestBody = (path: string): number => (/^\/v1\/[^?]*\/uploads(?:[/?]|$)/.test(path) ? 25 : 1) * mebibyte;
