import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '@ciep/kernel';
import { createLog, type RunningService, serve } from '@ciep/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { JWTVerifyGetKey } from 'jose';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { gateway, type Upstream, Upstreams } from '../src/gateway.module.js';

/** A gateway on a free port, with the given upstreams or those of its settings; without `keys`, no token is valid. */
export function startGateway(
  settings: Record<string, string> = {},
  upstreams?: readonly Upstream[],
  keys: JWTVerifyGetKey = () => Promise.reject(new Error('there are no keys')),
): Promise<RunningService> {
  return serve(gateway, {
    environment: { CIEP_PROFILE: 'development', ...settings },
    log: createLog('silent'),
    clock: new SystemClock(),
    keys,
    ...(upstreams && { providers: [{ provide: Upstreams, useValue: { all: () => upstreams } }] }),
  });
}

/** The outcome of requests that a service held open. */
export interface Held {
  started: number;
  aborted: number;
}

/** A real service behind the gateway: it echoes requests, accepts uploads, holds requests open, and disconnects. */
export interface TestService {
  readonly name: string;
  readonly app: FastifyInstance;
  readonly url: string;
  readonly held: Held;
  upstream(way: 'router' | 'url'): Upstream;
}

/** It reacts to one event. */
const documentOf = (name: string): OpenAPIObject & { 'x-reacts-to': string[] } => ({
  openapi: '3.1.0',
  'x-reacts-to': ['ciep.billing.invoice.paid.v1'],
  info: { title: name, version: '1' },
  paths: { [`/v1/${name}/echo`]: { get: { operationId: `echo${name}`, tags: ['echoes'], responses: { 200: { description: 'ok' } } } } },
  components: { schemas: { EchoDto: { type: 'object' }, Problem: { type: 'object' } } },
});

async function digest(request: FastifyRequest): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request.raw) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function hold(held: Held, reply: FastifyReply): void {
  held.started += 1;
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) held.aborted += 1;
  });
  reply.hijack();
}

export async function startTestService(name: string): Promise<TestService> {
  const app = fastify({ bodyLimit: 64 * 1024 * 1024, forceCloseConnections: true });
  const held: Held = { started: 0, aborted: 0 };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  const echo = async (request: FastifyRequest) => ({
    method: request.method,
    url: request.url,
    headers: request.headers,
    ...(await digest(request)),
  });
  app.all(`/v1/${name}/echo`, echo);
  app.all(`/v1/${name}/uploads`, echo);
  app.all('/oidc/*', echo);
  app.get(`/v1/${name}/labelled`, (_request, reply) =>
    reply
      .header('set-cookie', ['a=1', 'b=2'])
      .header('vary', 'Accept-Language')
      .header('etag', '"7"')
      .header('x-frame-options', 'SAMEORIGIN')
      .status(203)
      .send({ zh: '展位' }),
  );
  app.get(`/v1/${name}/unchanged`, (_request, reply) => reply.header('etag', '"7"').status(304).send());
  app.delete(`/v1/${name}/nothing`, (_request, reply) => reply.status(204).send());
  app.get(`/v1/${name}/file`, (_request, reply) => reply.type('application/octet-stream').send(Buffer.alloc(20_000_000, 7)));
  app.get(`/v1/${name}/events`, (_request, reply) => {
    hold(held, reply);
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write('data: one\n\n');
  });
  app.get(`/v1/${name}/quiet-events`, (_request, reply) => {
    hold(held, reply);
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.flushHeaders();
  });
  app.get(`/v1/${name}/silent`, (_request, reply) => {
    hold(held, reply);
  });
  app.get(`/v1/${name}/slow`, async () => {
    await pause(500);
    return { late: true };
  });
  app.all(`/v1/${name}/broken`, (_request, reply) => {
    reply.hijack();
    reply.raw.destroy();
  });
  app.get(`/v1/${name}/half`, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': '100' });
    reply.raw.write('half', () => reply.raw.destroy());
  });
  app.post(
    `/v1/${name}/early`,
    { onRequest: (_request, reply) => void reply.status(401).send({ code: 'token.missing' }) },
    () => undefined,
  );
  app.get('/internal/openapi.json', () => documentOf(name));
  app.get('/internal/secrets', () => ({ secret: name }));
  app.get('/health/ready', () => ({ status: 'ready' }));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });

  return {
    name,
    app,
    url,
    held,
    upstream: way =>
      way === 'url'
        ? { name, urls: [url], document: () => Promise.resolve(documentOf(name)) }
        : { name, router: (request, response) => app.routing(request, response), document: () => Promise.resolve(documentOf(name)) },
  };
}

/** The bytes of a body, with its start and its end. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: string[];
  readonly body: string;
}

/** A handwritten request with any headers, including those that `fetch` would not send. */
export async function send(
  base: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    chunks = [],
    agent,
  }: { method?: string; headers?: OutgoingHttpHeaders; chunks?: (string | Buffer)[]; agent?: Agent } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const request = httpRequest({ hostname, port, path, method, headers, agent: agent ?? false });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  for (const chunk of chunks) request.write(chunk);
  request.end();
  const [answer] = await answered;
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, rawHeaders: answer.rawHeaders, body: Buffer.concat(parts).toString() };
}
