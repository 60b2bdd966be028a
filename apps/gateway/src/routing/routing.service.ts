import type { TLSSocket } from 'node:tls';
import { startSpan, whenOver } from '@ciep/platform';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { DistantUpstreams, isReadyAt } from './distant-upstreams.service.js';
import { bodyTooLarge, lengthMalformed, routeUnknown, serviceUnavailable } from './gateway.errors.js';
import { isForged, passedOn } from './headers.rules.js';
import { Origins } from './origins.service.js';
import { pass } from './pass.service.js';
import { type Destination, destinationOf, largestBody } from './paths.rules.js';
import { refuse } from './refusals.service.js';
import { type Upstream, Upstreams } from './upstreams.service.js';
import type { Visit } from './visit.rules.js';

/** Interval of the readiness checks of several instances. */
const watchEveryMs = 500;

/** Begins the span of a forwarded request; returns the trace headers for the service. */
function observePassage({ request, response, traceparent }: Visit, to: string): string {
  const span = startSpan({
    service: 'gateway',
    name: `${request.method} ${to}`,
    kind: 'client',
    parent: traceparent,
    attributes: { 'peer.service': to },
  });
  whenOver(response, () => {
    const { statusCode } = response;
    span.set({ 'http.response.status_code': statusCode });
    span.end(statusCode >= 500 ? String(statusCode) : undefined);
  });
  return span.traceparent;
}

/** The headers that the gateway sets in place of the client's. */
const ownHeaders = ({ request: { headers, socket }, address, requestId }: Visit, traceparent: string): Record<string, string> => ({
  'x-forwarded-for': address,
  'x-forwarded-host': headers.host ?? '',
  'x-forwarded-proto': (socket as TLSSocket).encrypted ? 'https' : 'http',
  'x-request-id': requestId,
  traceparent,
});

/** Forwards every request to its service: to its router in this process, or over a connection pool. */
@Injectable()
export class Routing implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly upstreams: Upstreams;
  private readonly origins = new Map<string, Origins>();

  constructor(
    private readonly config: GatewayConfig,
    @Optional() upstreams?: Upstreams,
  ) {
    this.upstreams = upstreams ?? new DistantUpstreams(config.upstreams);
  }

  /** The services behind the gateway. */
  all(): readonly Upstream[] {
    return this.upstreams.all();
  }

  /** Forwards a request, or answers with the reason why not. */
  forward(visit: Visit): void {
    const { request } = visit;
    const destination = destinationOf(request.url ?? '/');
    const upstream = destination && this.all().find(({ name }) => name === destination.service);
    if (!upstream) return refuse(visit, routeUnknown);

    const length = request.headers['content-length'];
    if (length !== undefined && !/^\d{1,15}$/.test(length)) return refuse(visit, lengthMalformed);
    if (Number(length ?? 0) > largestBody(destination.path)) return refuse(visit, bodyTooLarge);
    this.bring(visit, upstream, destination, ownHeaders(visit, observePassage(visit, upstream.name)));
  }

  /** Checks the instances before the first request arrives. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { name, urls } of this.all()) if (urls) this.origins.set(name, new Origins(urls, this.config));
    await Promise.all([...this.origins.values()].map(origins => origins.watch(isReadyAt, watchEveryMs)));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.origins.values()].map(origins => origins.close()));
  }

  private bring(visit: Visit, upstream: Upstream, { path }: Destination, own: Record<string, string>): void {
    const { request, response } = visit;
    const origins = this.origins.get(upstream.name);
    if (upstream.router) {
      for (const name of Object.keys(request.headers)) if (isForged(name)) delete request.headers[name];
      Object.assign(request.headers, own);
      request.url = path;
      upstream.router(request, response);
    } else if (origins) {
      pass(origins, visit, {
        path,
        headers: passedOn(request.rawHeaders, request.headers.connection, own),
        largestBody: largestBody(path),
        firstByteWithinMs: this.config.firstByteMs,
      });
    } else {
      refuse(visit, serviceUnavailable);
    }
  }
}
