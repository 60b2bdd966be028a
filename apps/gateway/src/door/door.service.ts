import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { crossOriginHeaders, isPreflight, varyByOrigin } from '../routing/cross-origin.rules.js';
import { routeUnknown } from '../routing/gateway.errors.js';
import { refuse } from '../routing/refusals.service.js';
import { isHealth } from './policies.rules.js';
import { RateLimits } from './rate-limits.service.js';

/** What browsers are told with every answer: encrypted only, no guessing of types, nothing to other sites. */
const everywhere = {
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** An answer of the API is data: nothing in it is to be framed or run. */
const ofApi = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
};

/** What every request passes before it is routed: headers of its answer, preflights, what is not for outside, limits. */
@Injectable()
export class Door {
  private readonly connections = new Map<string, number>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly limits: RateLimits,
  ) {}

  /** Adds itself in front of all routes. */
  attach(fastify: FastifyInstance): void {
    fastify.server.on('connection', (socket: Socket) => this.countConnection(socket));
    fastify.addHook('onRequest', (request, reply, done) => {
      const { raw, id } = request;
      reply.raw.setHeader('x-request-id', id);
      this.greet(raw, reply.raw);
      if (isHealth(raw.url ?? '')) return done();
      const refused = (refusal: Parameters<typeof refuse>[2]): void => {
        reply.hijack();
        refuse(raw, reply.raw, refusal);
      };
      if (request.routeOptions.url?.startsWith('/internal/')) return refused(routeUnknown);
      if (raw.url?.startsWith('/v1/') && isPreflight(raw)) {
        reply.hijack();
        reply.raw.writeHead(204).end();
        return;
      }
      this.limits.judge(raw).then(({ headers, refusal }) => {
        for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
        if (refusal) refused(refusal);
        else done();
      }, done);
    });
  }

  private greet(request: IncomingMessage, response: ServerResponse): void {
    const isApi = request.url?.startsWith('/v1/') ?? false;
    const headers = { ...everywhere, ...(isApi && { ...ofApi, ...crossOriginHeaders(request, this.config.origins) }) };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (isApi) varyByOrigin(response);
  }

  /** One address holds so many connections and no more; those of our own proxies are everybody's. */
  private countConnection(socket: Socket): void {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || this.isProxy(remoteAddress)) return;
    const network = networkOf(remoteAddress);
    const held = (this.connections.get(network) ?? 0) + 1;
    if (held > this.config.connectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.connections.set(network, held);
    socket.once('close', () => {
      const left = (this.connections.get(network) ?? 1) - 1;
      if (left > 0) this.connections.set(network, left);
      else this.connections.delete(network);
    });
  }

  private isProxy(address: string): boolean {
    return this.config.trustedProxies.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }
}
