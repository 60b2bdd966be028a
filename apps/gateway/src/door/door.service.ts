import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  type BeforeRouter,
  browserHeaders,
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
import { PublicAnswers } from '../cache/public-answers.service.js';
import { GatewayConfig } from '../gateway.config.js';
import { crossOriginHeaders, isPreflight } from '../routing/cross-origin.rules.js';
import { routeUnknown } from '../routing/gateway.errors.js';
import { passingRoute, passingRoutes } from '../routing/paths.rules.js';
import { refuse } from '../routing/refusals.service.js';
import type { Visit } from '../routing/visit.rules.js';
import { answerWith, type Headers } from './answer-headers.rules.js';
import { callerAddress } from './caller-address.rules.js';
import { isHealth } from './policies.rules.js';
import { RateLimits } from './rate-limits.service.js';

/** API answers are data, so browsers must not frame or run them. They vary by origin. */
const ofApi = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  vary: 'Origin',
};

const isOfApi = ({ url }: IncomingMessage): boolean => url?.startsWith('/v1/') ?? false;

/** The caller of a request. */
type Stranger = Omit<Visit, 'traceparent'>;

/** Handles every request first: headers of the answer, preflights, paths that are not public, limits. */
@Injectable()
export class Door {
  private readonly log = new Logger('door');
  private readonly connections = new Map<string, number>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly settings: PlatformSettings,
    private readonly limits: RateLimits,
    private readonly answers: PublicAnswers,
  ) {}

  /** Forwards requests for a service before Fastify sees them, because it would read the body; Fastify gets all others. */
  handOn(edge: Edge): BeforeRouter {
    const take: BeforeRouter['take'] = (request, response, router) => {
      const route = passingRoute(request.method ?? '', request.url ?? '');
      if (route === undefined) {
        // What Fastify refuses before its hooks come to the door bears them, too.
        response.setHeaders(new Map(Object.entries(browserHeaders)));
        return router();
      }
      const requestId = requestIdOf(request);
      const traceparent = edge.begin({ request, response, requestId, route: () => route });
      const visit = { request, response, requestId, traceparent, address: this.addressOf(request) };
      this.admit(visit).catch((error: unknown) => {
        this.log.error('a request could not be forwarded', error);
        refuse(visit, refusalOf(error));
      });
    };
    return { routes: passingRoutes, take };
  }

  /** Runs before Fastify's own answers: the gateway's pages, its health, and unknown paths. */
  attach(fastify: FastifyInstance): void {
    fastify.server.on('connection', (socket: Socket) => this.countConnection(socket));
    fastify.addHook('onRequest', async ({ raw: request, id: requestId, routeOptions }, reply) => {
      const response = reply.raw;
      const visit = { request, response, requestId, address: this.addressOf(request) };
      if (isHealth(request.url ?? '')) return answerWith(response, this.greeting(visit));
      const isInternal = routeOptions.url?.startsWith('/internal/') ?? false;
      const refusal = (await this.refusalFor(visit)) ?? (isInternal ? routeUnknown : undefined);
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
    const refusal = (await this.refusalFor(visit)) ?? outOfProportion;
    if (refusal) refuse(visit, refusal);
    else this.answers.answer(visit);
  }

  /** Counts the request against the limits; every answer shows what is left. */
  private async refusalFor(visit: Stranger): Promise<Refusal | undefined> {
    const { headers, refusal } = await this.limits.admit(visit);
    answerWith(visit.response, { ...this.greeting(visit), ...headers });
    return refusal;
  }

  private greeting({ request, requestId }: Stranger): Headers {
    const everyone = { 'x-request-id': requestId, ...browserHeaders };
    return isOfApi(request) ? { ...everyone, ...ofApi, ...crossOriginHeaders(request, this.config.origins) } : everyone;
  }

  /** Limits the connections of one address, except our own proxies, which carry everybody's. */
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
