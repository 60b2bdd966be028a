import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inContext, type RequestContext } from '../context/request-context.js';
import type { Log } from '../logging/log.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { refuseBrokenHttp } from './broken-http.js';
import { requestIdOf, takeOriginForm, type Edge } from './edge.js';
import { jsonLimit, readJsonBodies } from './json-body.js';
import { sendProblem } from './problem.filter.js';
import { timeOuts, uploadTypes } from './request-limits.js';

/** Uploads have smaller limits of their own; this one only ends absurdly large bodies. */
const uploadLimit = 26 * 1024 * 1024;

/** The HTTP server of a service: limits, time-outs, and problems for requests that never reach a route. */
export function fastifyAdapter(log: Log, settings: PlatformSettings): FastifyAdapter {
  const options = {
    logger: false,
    bodyLimit: jsonLimit,
    ...timeOuts(settings),
    // A stopping service still answers requests on open connections, then closes the connections.
    return503OnClosing: false,
    requestIdHeader: false,
    rewriteUrl: takeOriginForm,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply, log),
    clientErrorHandler: refuseBrokenHttp,
  };
  // The adapter's options are a union with HTTP/2, which TypeScript would widen.
  return new FastifyAdapter(options as never);
}

const contextKey = Symbol('request context');
type WithContext = FastifyRequest & { [contextKey]?: RequestContext };

/** Gives every request its context and request id, and accepts the upload types. Call before the application starts. */
export function prepareEdge(app: NestFastifyApplication, service: string, edge: Edge): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: WithContext, reply, done) => {
    const { id: requestId, raw } = request;
    const route = () => request.routeOptions.url ?? 'unmatched';
    const context: RequestContext = {
      service,
      requestId,
      traceparent: edge.begin({ request: raw, response: reply.raw, requestId, route }),
      action: 'request',
      correlationId: requestId,
    };
    request[contextKey] = context;
    void reply.header('x-request-id', requestId);
    inContext(context, done);
  });
  // Reading the body leaves the asynchronous context of the first hook; handlers need it again.
  fastify.addHook('preValidation', (request: WithContext, _reply, done) => {
    const context = request[contextKey];
    if (context) inContext(context, done);
    else done();
  });
  readJsonBodies(fastify);
  fastify.addContentTypeParser(uploadTypes, { bodyLimit: uploadLimit }, (_request, payload, done) => done(null, payload));
}
