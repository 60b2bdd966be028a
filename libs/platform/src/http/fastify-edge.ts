import type { IncomingMessage } from 'node:http';
import { newId } from '@ciep/kernel';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inContext, type RequestContext } from '../context/request-context.js';
import type { Log } from '../logging/log.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { refuseBrokenHttp } from './broken-http.js';
import { jsonLimit, readJsonBodies } from './json-body.js';
import { sendProblem } from './problem.filter.js';
import { timeOuts, uploadTypes } from './request-limits.js';
import { observeRequest } from './request-observer.js';

/** Uploads have their own, smaller limits; this one only ends what is out of all proportion. */
const uploadLimit = 26 * 1024 * 1024;

const requestId = (request: IncomingMessage): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{8,128}$/.test(given) ? given : newId();
};

/** The HTTP server of a service: limits, time-outs, and problems for what never reaches a route. */
export function fastifyAdapter(log: Log, settings: PlatformSettings): FastifyAdapter {
  const options = {
    logger: false,
    bodyLimit: jsonLimit,
    ...timeOuts(settings),
    // What still comes on an open connection while the service ends is answered, and the connection closed.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: requestId,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply, log),
    clientErrorHandler: refuseBrokenHttp,
  };
  // The adapter's options are a union with HTTP/2, of which its type would remember the wider half.
  return new FastifyAdapter(options as never);
}

const contextKey = Symbol('request context');
type WithContext = FastifyRequest & { [contextKey]?: RequestContext };

/** Gives every request its context, request id, trace, count and line in the log, and admits the upload types. Call before the application starts. */
export function prepareEdge(
  app: NestFastifyApplication,
  { name: service, isPublicDoor = false }: { readonly name: string; readonly isPublicDoor?: boolean },
  log: Log,
): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: WithContext, reply, done) => {
    const context: RequestContext = {
      service,
      requestId: request.id,
      traceparent: observeRequest(service, request, reply, isPublicDoor),
      action: 'request',
      correlationId: request.id,
    };
    request[contextKey] = context;
    void reply.header('x-request-id', request.id);
    inContext(context, done);
  });
  // Reading the body leaves the asynchronous chain of the first hook; the handlers need the context again.
  fastify.addHook('preValidation', (request: WithContext, _reply, done) => {
    const context = request[contextKey];
    if (context) inContext(context, done);
    else done();
  });
  // The pattern of the route, not the address: an address may hold a one-time code.
  fastify.addHook('onResponse', (request: WithContext, reply, done) => {
    const { requestId, traceparent } = request[contextKey] ?? {};
    const { method, routeOptions } = request;
    const line = {
      service,
      requestId,
      traceparent,
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    log.info(line, 'answered');
    done();
  });
  readJsonBodies(fastify);
  fastify.addContentTypeParser(uploadTypes, { bodyLimit: uploadLimit }, (_request, payload, done) => done(null, payload));
}
