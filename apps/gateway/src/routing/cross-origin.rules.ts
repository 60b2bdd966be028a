import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const requestHeaders = 'Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent';
const readableHeaders =
  'Content-Disposition, Content-Language, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';

/** Whether it is the question a browser asks before a cross-origin request. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/**
 * What a browser needs to hand an answer to a page of another origin: only for the origins of the allow-list, and without
 * credentials, because access tokens travel in `Authorization` and never in cookies. Other origins get none of it.
 */
export function crossOriginHeaders(request: IncomingMessage, allowed: readonly string[]): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return {};
  const always = { 'access-control-allow-origin': origin, 'access-control-expose-headers': readableHeaders };
  return isPreflight(request)
    ? {
        ...always,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': '600',
      }
    : always;
}

const withOrigin = (vary: unknown): string => {
  const names = (Array.isArray(vary) ? vary.join(', ') : typeof vary === 'string' ? vary : '').split(',').map(name => name.trim());
  return [...names.filter(name => name !== '' && name.toLowerCase() !== 'origin'), 'Origin'].join(', ');
};

/** Has the answer say `Vary: Origin` beside what the service says: a shared cache must not give one origin's answer to another. */
export function varyByOrigin(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers?: OutgoingHttpHeaders) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    const headers: OutgoingHttpHeaders = typeof given === 'object' ? { ...given } : {};
    const name = Object.keys(headers).find(key => key.toLowerCase() === 'vary') ?? 'vary';
    return writeHead(status, { ...headers, [name]: withOrigin(headers[name] ?? response.getHeader('vary')) });
  };
}
