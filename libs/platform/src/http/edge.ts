import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../logging/log.js';
import { httpDuration, httpRequests } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';
import { whenOver } from './when-over.js';

/** What an answer counts as that was never completed, mostly because the caller went away; nginx counts so, too. */
const brokenOff = 499;

/**
 * The id of a request: the caller's, where it looks like one, or a new UUID. Not one in the order of time: for each of those Node would
 * ask the system for random bytes.
 */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
};

/** Makes `GET http://host/path`, as clients of a proxy write it, the `GET /path` that routers know; the host in it counts. Answers the target. */
export function takeOriginForm(request: IncomingMessage): string {
  const { url = '/' } = request;
  const [prefix, host] = /^https?:\/\/([^/?#]+)/i.exec(url) ?? [];
  if (prefix === undefined) return url;
  request.headers.host = host;
  const target = url.slice(prefix.length);
  return (request.url = target.startsWith('/') ? target : `/${target}`);
}

/** A request that has just come. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As of {@link requestIdOf}. */
  readonly requestId: string;
  /** The pattern of its route, asked for when the answer is over: an address may hold a one-time code. */
  readonly route: () => string;
}

/** Where requests come to a service: each gets its span, its figures and its line in the log, whichever router answers it. */
export class Edge {
  constructor(
    private readonly service: string,
    /** Continues the caller's trace, but not the caller's wish to have it recorded. */
    private readonly isPublicDoor: boolean,
    private readonly log: Log,
  ) {}

  /** Begins a request's span, and counts and logs the request when its answer is over. Answers its `traceparent`. */
  begin({ request, response, requestId, route }: Arrival): string {
    const begun = performance.now();
    const { service } = this;
    const { method = 'GET' } = request;
    const span = this.startSpan(request, method);
    // The end of the answer itself: what a proxy hands on, or a caller breaks off, never comes back to a router.
    whenOver(response, () => {
      const pattern = route();
      const status = response.writableFinished ? response.statusCode : brokenOff;
      const milliseconds = performance.now() - begun;
      httpRequests.inc({ service, method, route: pattern, status });
      httpDuration.observe({ service, method, route: pattern, status_class: `${Math.floor(status / 100)}xx` }, milliseconds / 1_000);
      const { traceparent } = span;
      this.log.info({ service, requestId, traceparent, method, route: pattern, status, ms: Math.round(milliseconds) }, 'answered');
      if (pattern.startsWith('/health/')) return;
      span.rename(`${method} ${pattern}`);
      span.set({ 'http.route': pattern, 'http.response.status_code': status });
      span.end(status >= 500 ? String(status) : undefined);
    });
    return span.traceparent;
  }

  private startSpan({ headers }: IncomingMessage, method: string) {
    const { traceparent } = headers;
    const parent = typeof traceparent === 'string' ? traceparent : undefined;
    const attributes = { 'http.request.method': method };
    return startSpan({ service: this.service, name: method, kind: 'server', parent, isAtTheDoor: this.isPublicDoor, attributes });
  }
}
