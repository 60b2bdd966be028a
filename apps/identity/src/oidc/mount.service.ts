import { DomainError, preferredLanguage } from '@ciep/kernel';
import { HttpRefusal } from '@ciep/platform';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { failed, messagePage, notFromHere, startAgain } from '../pages/message.page.js';
import { TooManyTries } from '../accounts/tries.errors.js';
import { pageHeaders } from '../pages/layout.page.js';
import { RegistrationPages } from '../registrations/registration-pages.service.js';
import { InteractionPages } from './interaction-pages.service.js';
import { NotFromHere } from './interactions.service.js';
import { ProviderHost } from './provider-host.service.js';

const largestForm = 16 * 1024;
const log = new Logger('pages');

/**
 * Mounts what speaks HTML and OIDC instead of JSON: the pages, and the provider itself, which takes over each reply before
 * anything reads the body. The more specific routes of the pages win.
 */
export async function mountOidc(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const host = app.get(ProviderHost, { strict: false });
  await fastify.register(scope =>
    mountPages(scope, app.get(InteractionPages, { strict: false }), app.get(RegistrationPages, { strict: false })),
  );
  fastify.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    url: '/oidc/*',
    onRequest: (request, reply) => {
      reply.hijack();
      host.serve(request.raw, reply.raw);
    },
    handler: () => undefined,
  });
}

function mountPages(scope: FastifyInstance, interactions: InteractionPages, registrations: RegistrationPages): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: largestForm }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  scope.setErrorHandler(showRefusal);
  scope.get('/oidc/interaction/:uid', (request, reply) => interactions.open(request, reply));
  scope.post('/oidc/interaction/:uid/login', (request, reply) => interactions.logIn(request, reply));
  scope.post('/oidc/interaction/:uid/consent', (request, reply) => interactions.consent(request, reply));
  scope.post('/oidc/interaction/:uid/abort', (request, reply) => interactions.abort(request, reply));
  scope.post('/oidc/interaction/:uid/link', (request, reply) => interactions.sendLink(request, reply));
  scope.get('/oidc/registration/:id/:code', (request, reply) => registrations.open(request, reply));
  scope.post('/oidc/registration/:id/:code', (request, reply) => registrations.confirm(request, reply));
  return Promise.resolve();
}

const statusOf: Readonly<Record<string, number>> = { too_many: 429, gone: 410, conflict: 409, not_found: 404 };

function showRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = preferredLanguage(request.headers['accept-language']);
  const show = (status: number, body: string): FastifyReply => reply.code(status).headers(pageHeaders).send(body);
  if (error instanceof errors.SessionNotFound)
    return show(400, messagePage(language, startAgain.title, startAgain.message, 'session_not_found'));
  if (error instanceof NotFromHere) return show(403, messagePage(language, notFromHere.title, notFromHere.message, 'not_from_here'));
  if (error instanceof HttpRefusal) {
    const { status, text, code, headers } = error.refusal;
    return show(status, messagePage(language, failed.title, text, code)).headers(headers ?? {});
  }
  if (error instanceof TooManyTries) void reply.header('retry-after', error.retryAfterSeconds);
  if (error instanceof DomainError) return show(statusOf[error.kind] ?? 422, messagePage(language, failed.title, error.text, error.code));
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500)
    return show(statusCode, messagePage(language, failed.title, failed.client, 'invalid_request'));
  log.error(error);
  return show(503, messagePage(language, failed.title, failed.server, 'server_error'));
}
