import { isDecodable } from '@ciep/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Type } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InvitationPages } from '../invitations/invitation-pages.service.js';
import { methodsAt, type PageRoutes, type PagesOf } from '../pages/page-routes.rules.js';
import { choiceIn } from '../pages/reader.rules.js';
import { MailChangePages } from '../mail-changes/mail-change-pages.service.js';
import { RecoveryPages } from '../passwords/recovery-pages.service.js';
import { RegistrationPages } from '../registrations/registration-pages.service.js';
import { InteractionPages } from '../login-pages/interaction-pages.service.js';
import { LinkAgainPages } from '../login-pages/link-again-pages.service.js';
import { OrganisationPages } from '../login-pages/organisation-pages.service.js';
import { PageCookies } from '../login-pages/page-cookies.service.js';
import { ProviderHost } from './provider-host.service.js';
import { RefusalPages } from '../login-pages/refusal-pages.service.js';
import { SecondStepPages } from '../login-pages/second-step-pages.service.js';

const largestForm = 16 * 1024;

/** The classes that answer with pages. */
const pageClasses: readonly Type<PagesOf>[] = [
  InteractionPages,
  LinkAgainPages,
  SecondStepPages,
  OrganisationPages,
  RegistrationPages,
  RecoveryPages,
  InvitationPages,
  MailChangePages,
];

/**
 * Mounts what serves HTML and OIDC instead of JSON: the pages, and the provider, which takes over each reply before anything reads the
 * body. The pages have more specific routes, so they take precedence.
 */
export async function mountOidc(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const host = app.get(ProviderHost, { strict: false });
  const cookies = app.get(PageCookies, { strict: false });
  const refusals = app.get(RefusalPages, { strict: false });
  const routes: PageRoutes = Object.fromEntries(pageClasses.flatMap(pages => Object.entries(app.get(pages, { strict: false }).routes)));
  await fastify.register(scope => mountPages(scope, { routes, cookies, refusals }));
  fastify.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    url: '/oidc/*',
    onRequest: (request, reply) => {
      if (switchesLanguage(cookies, request, reply) || isOtherMethod(Object.keys(routes), request, reply)) return;
      reply.hijack();
      host.serve(request.raw, reply.raw);
    },
    handler: () => undefined,
  });
}

function mountPages(
  scope: FastifyInstance,
  { routes, cookies, refusals }: { routes: PageRoutes; cookies: PageCookies; refusals: RefusalPages },
): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: largestForm }, (_request, body, done) => {
    if (isDecodable(String(body))) done(null, Object.fromEntries(new URLSearchParams(String(body))));
    else done(Object.assign(new Error('the form is no percent-encoded UTF-8'), { statusCode: 400 }));
  });
  scope.setErrorHandler((error, request, reply) => refusals.show(error, request, reply));
  scope.addHook('onRequest', (request, reply, next) => {
    if (!switchesLanguage(cookies, request, reply)) next();
  });
  for (const [route, handler] of Object.entries(routes)) {
    const [method = '', url = ''] = route.split(' ');
    scope.route({ method, url, handler });
  }
  return Promise.resolve();
}

/** A page is asked for by a method that it does not know: 405, as everywhere. */
function isOtherMethod(patterns: readonly string[], { url, method }: FastifyRequest, reply: FastifyReply): boolean {
  const methods = methodsAt(url.split('?')[0] ?? '', patterns);
  if (methods.length === 0) return false;
  const allow = methods.flatMap(known => (known === 'GET' ? ['GET', 'HEAD'] : [known]));
  if (allow.includes(method)) return false;
  void reply
    .code(405)
    .headers({ allow: allow.join(', '), 'cache-control': 'no-store' })
    .send();
  return true;
}

/** `lang=` in the address of a page is remembered, and the page shown without it: the switch below every page. */
function switchesLanguage(cookies: PageCookies, { method, url }: FastifyRequest, reply: FastifyReply): boolean {
  const choice = method === 'GET' ? choiceIn(url) : undefined;
  if (!choice) return false;
  const { language, address } = choice;
  void reply
    .code(303)
    .headers({ location: address, 'set-cookie': cookies.language(language), 'cache-control': 'no-store' })
    .send();
  return true;
}
