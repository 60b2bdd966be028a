import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { childTraceparent } from '@ciep/platform';
import { Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Pool } from 'undici';
import { GatewayConfig } from '../gateway.config.js';
import { crossOriginHeaders, isPreflight, varyByOrigin } from './cross-origin.rules.js';
import { DistantUpstreams } from './distant-upstreams.service.js';
import { bodyTooLarge, lengthMalformed, routeUnknown, serviceUnavailable } from './gateway.errors.js';
import { isForged, passedOn } from './headers.rules.js';
import { pass } from './pass.service.js';
import { type Destination, destinationOf, largestBody } from './paths.rules.js';
import { refuse } from './refusals.service.js';
import { type Upstream, Upstreams } from './upstreams.service.js';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** An answer of the API is data: nothing in it is to be guessed, framed, run or told to another site. */
const apiHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Below Fastify's 72 s, so that a connection is not used in the moment in which the service closes it. */
const keepAliveMs = 30_000;

/** Brings every request to its service: by its router in this process, over a connection pool elsewhere. */
@Injectable()
export class Routing implements OnApplicationShutdown {
  private readonly upstreams: Upstreams;
  private readonly pools = new Map<string, Pool>();

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

  /** Adds the routes; they take over the reply before Fastify would read a body. What a service shows to services only is not shown here. */
  attach(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (!request.routeOptions.url?.startsWith('/internal/')) return done();
      reply.hijack();
      reply.raw.setHeader('x-request-id', request.id);
      refuse(request.raw, reply.raw, routeUnknown);
    });
    const onRequest = (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      this.forward(request.raw, reply.raw, request.id);
    };
    for (const url of ['/v1/*', '/oidc', '/oidc/*', '/.well-known/*']) {
      fastify.route({ method: methods, url, onRequest, handler: () => undefined });
    }
  }

  /** Sends a request on its way, or says why not. */
  forward(request: IncomingMessage, response: ServerResponse, requestId: string): void {
    response.setHeader('x-request-id', requestId);
    const target = request.url ?? '/';
    const destination = destinationOf(target);
    const ofApi = target.startsWith('/v1/');
    if (ofApi) {
      for (const [name, value] of Object.entries({ ...apiHeaders, ...crossOriginHeaders(request, this.config.corsOrigins) }))
        response.setHeader(name, value);
      varyByOrigin(response);
      if (isPreflight(request)) {
        response.writeHead(204).end();
        return;
      }
    }
    const upstream = destination && this.all().find(({ name }) => name === destination.service);
    if (!upstream) return refuse(request, response, routeUnknown);

    const length = request.headers['content-length'];
    if (length !== undefined && !/^\d{1,15}$/.test(length)) return refuse(request, response, lengthMalformed);
    if (Number(length ?? 0) > largestBody(destination.path)) return refuse(request, response, bodyTooLarge);
    this.bring(request, response, upstream, destination, this.ownHeaders(request, requestId));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map(pool => pool.close()));
  }

  private bring(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    { path }: Destination,
    own: Record<string, string>,
  ): void {
    if (upstream.router) {
      for (const name of Object.keys(request.headers)) if (isForged(name)) delete request.headers[name];
      Object.assign(request.headers, own);
      request.url = path;
      upstream.router(request, response);
    } else if (upstream.url !== undefined) {
      pass(this.poolOf(upstream.url), request, response, {
        path,
        headers: passedOn(request.rawHeaders, request.headers.connection, own),
        largestBody: largestBody(path),
        firstByteWithinMs: this.config.firstByteMs,
      });
    } else {
      refuse(request, response, serviceUnavailable);
    }
  }

  /** What the gateway says about the request, in place of anything the client said. */
  private ownHeaders({ headers, socket }: IncomingMessage, requestId: string): Record<string, string> {
    return {
      'x-forwarded-for': socket.remoteAddress ?? '',
      'x-forwarded-host': headers.host ?? '',
      'x-forwarded-proto': (socket as TLSSocket).encrypted ? 'https' : 'http',
      'x-request-id': requestId,
      traceparent: childTraceparent(headers['traceparent'] as string | undefined),
    };
  }

  private poolOf(url: string): Pool {
    const known = this.pools.get(url);
    if (known) return known;
    const pool = new Pool(url, {
      connections: this.config.connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      connect: { timeout: 2_000 },
    });
    this.pools.set(url, pool);
    return pool;
  }
}
