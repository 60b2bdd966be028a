import type { IncomingMessage } from 'node:http';

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const requestHeaders =
  'Accept-Language, Authorization, Cache-Control, Content-Digest, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent';
const readableHeaders =
  'Age, Content-Digest, Content-Disposition, Content-Language, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';

/** Whether it is a preflight, which a browser sends before a cross-origin request. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/**
 * The headers that let a browser give an answer to a page of another origin: only for the origins of the allow-list, and without
 * credentials, because access tokens travel in `Authorization` and never in cookies. Other origins get no such headers.
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
