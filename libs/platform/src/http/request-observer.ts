import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpDuration, httpRequests } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';
import { whenOver } from './when-over.js';

/** What an answer counts as that was never completed, mostly because the caller went away; nginx counts so, too. */
const brokenOff = 499;

/**
 * Begins a request's span and counts the request when it is over, by the pattern of its route: an address may hold a one-time code.
 * Answers the `traceparent` of the request. `isPublicDoor` continues the caller's trace, but not the caller's wish to have it recorded.
 */
export function observeRequest(service: string, request: FastifyRequest, reply: FastifyReply, isPublicDoor: boolean): string {
  const begun = performance.now();
  const { method } = request;
  const { traceparent } = request.headers;
  const parent = typeof traceparent === 'string' ? traceparent : undefined;
  const attributes = { 'http.request.method': method };
  const span = startSpan({ service, name: method, kind: 'server', parent, isAtTheDoor: isPublicDoor, attributes });
  // The end of the answer itself: what the gateway hands on, or a caller breaks off, never comes back to Fastify.
  whenOver(reply.raw, () => {
    const route = request.routeOptions.url ?? 'unmatched';
    const status = reply.raw.writableFinished ? reply.raw.statusCode : brokenOff;
    httpRequests.inc({ service, method, route, status });
    httpDuration.observe({ service, method, route, status_class: `${Math.floor(status / 100)}xx` }, (performance.now() - begun) / 1_000);
    if (route.startsWith('/health/')) return;
    span.rename(`${method} ${route}`);
    span.set({ 'http.route': route, 'http.response.status_code': status });
    span.end(status >= 500 ? String(status) : undefined);
  });
  return span.traceparent;
}
