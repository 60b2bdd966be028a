import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  type BeforeRouter,
  type Edge,
  limitRequest,
  networkOf,
  PlatformSettings,
  type Refusal,
  refusalOf,
  requestIdOf,
} from '@ciep/platform';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { crossOriginHeaders, isPreflight } from '../routing/cross-origin.rules.js';
import { routeUnknown } from '../routing/gateway.errors.js';
import { passingRoute, passingRoutes } from '../routing/paths.rules.js';
import { refuse } from '../routing/refusals.service.js';
import { Routing } from '../routing/routing.service.js';
import type { Visit } from '../routing/visit.rules.js';
import { answerWith, type Headers } from './answer-headers.rules.js';
import { callerAddress } from './caller-address.rules.js';
import { isHealth } from './policies.rules.js';
import { RateLimits } from './rate-limits.service.js';

/** What browsers are told with every answer: encrypted only, no guessing of types, nothing to other sites. */
const everywhere = {
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** An answer of the API is data: nothing in it is to be framed or run. Origins differ in what they may read. */
const ofApi = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  vary: 'Origin',
};

const isOfApi = ({ url }: IncomingMessage): boolean => url?.startsWith('/v1/') ?? false;

/** Somebody at the door. */
type Stranger = Omit<Visit, 'traceparent'>;

/** What every request passes: headers of its answer, preflights, what is not for outside, limits. */
@Injectable()
export class Door {
  private readonly log = new Logger('door');
  private readonly connections = new Map<string, number>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly settings: PlatformSettings,
    private readonly limits: RateLimits,
    private readonly routing: Routing,
  ) {}

  /** Hands on what belongs to a service before Fastify sees it, which would read the body; everything else is left to Fastify. */
  handOn(edge: Edge): BeforeRouter {
    const take: BeforeRouter['take'] = (request, response, router) => {
      const route = passingRoute(request.method ?? '', request.url ?? '');
      if (route === undefined) return router();
      const requestId = requestIdOf(request);
      const traceparent = edge.begin({ request, response, requestId, route: () => route });
      const visit = { request, response, requestId, traceparent, address: this.addressOf(request) };
      this.admit(visit).catch((error: unknown) => {
        this.log.error('a request could not be handed on', error);
        refuse(visit, refusalOf(error));
      });
    };
    return { routes: passingRoutes, take };
  }

  /** Stands in front of what Fastify answers: the gateway's own pages, its health, and what is nobody's. */
  attach(fastify: FastifyInstance): void {
    fastify.server.on('connection', (socket: Socket) => this.countConnection(socket));
    fastify.addHook('onRequest', async ({ raw: request, id: requestId, routeOptions }, reply) => {
      const response = reply.raw;
      const visit = { request, response, requestId, address: this.addressOf(request) };
      if (isHealth(request.url ?? '')) return answerWith(response, this.greeting(visit));
      const isInternal = routeOptions.url?.startsWith('/internal/') ?? false;
      const refusal = (await this.judge(visit)) ?? (isInternal ? routeUnknown : undefined);
      if (!refusal) return;
      reply.hijack();
      refuse(visit, refusal);
    });
  }

  private async admit(visit: Visit): Promise<void> {
    const { request, response } = visit;
    if (isOfApi(request) && isPreflight(request)) {
      answerWith(response, this.greeting(visit));
      response.writeHead(204).end();
      return;
    }
    const outOfProportion = limitRequest(request, response, this.settings.bodyTimeoutMs);
    const refusal = (await this.judge(visit)) ?? outOfProportion;
    if (refusal) refuse(visit, refusal);
    else this.routing.forward(visit);
  }

  /** Counts the request against the limits; whatever they say, the answer tells what is left. */
  private async judge(visit: Stranger): Promise<Refusal | undefined> {
    const { headers, refusal } = await this.limits.judge(visit);
    answerWith(visit.response, { ...this.greeting(visit), ...headers });
    return refusal;
  }

  private greeting({ request, requestId }: Stranger): Headers {
    const everyone = { 'x-request-id': requestId, ...everywhere };
    return isOfApi(request) ? { ...everyone, ...ofApi, ...crossOriginHeaders(request, this.config.origins) } : everyone;
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

  private addressOf(request: IncomingMessage): string {
    return callerAddress(request, this.config.trustedProxies);
  }

  private isProxy(address: string): boolean {
    return this.config.trustedProxies.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }
}
