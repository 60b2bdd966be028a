import { isDecodable } from '@ciep/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InvitationPages } from '../invitations/invitation-pages.service.js';
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
interface Pages {
  readonly interactions: InteractionPages;
  readonly linksAgain: LinkAgainPages;
  readonly secondSteps: SecondStepPages;
  readonly organisations: OrganisationPages;
  readonly registrations: RegistrationPages;
  readonly recoveries: RecoveryPages;
  readonly invitations: InvitationPages;
  readonly mailChanges: MailChangePages;
  readonly refusals: RefusalPages;
  readonly cookies: PageCookies;
}

/**
 * Mounts what serves HTML and OIDC instead of JSON: the pages, and the provider, which takes over each reply before anything reads the
 * body. The pages have more specific routes, so they take precedence.
 */
export async function mountOidc(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const host = app.get(ProviderHost, { strict: false });
  const pages: Pages = {
    interactions: app.get(InteractionPages, { strict: false }),
    linksAgain: app.get(LinkAgainPages, { strict: false }),
    secondSteps: app.get(SecondStepPages, { strict: false }),
    organisations: app.get(OrganisationPages, { strict: false }),
    registrations: app.get(RegistrationPages, { strict: false }),
    recoveries: app.get(RecoveryPages, { strict: false }),
    invitations: app.get(InvitationPages, { strict: false }),
    mailChanges: app.get(MailChangePages, { strict: false }),
    refusals: app.get(RefusalPages, { strict: false }),
    cookies: app.get(PageCookies, { strict: false }),
  };
  await fastify.register(scope => mountPages(scope, pages));
  fastify.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    url: '/oidc/*',
    onRequest: (request, reply) => {
      if (switchesLanguage(pages.cookies, request, reply)) return;
      reply.hijack();
      host.serve(request.raw, reply.raw);
    },
    handler: () => undefined,
  });
}

function mountPages(
  scope: FastifyInstance,
  { interactions, linksAgain, organisations, secondSteps, registrations, recoveries, invitations, mailChanges, refusals, cookies }: Pages,
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
  scope.get('/oidc/interaction/:uid', (request, reply) => interactions.open(request, reply));
  scope.post('/oidc/interaction/:uid/login', (request, reply) => interactions.logIn(request, reply));
  scope.post('/oidc/interaction/:uid/second-factor', (request, reply) => secondSteps.enter(request, reply));
  scope.post('/oidc/interaction/:uid/second-factor/new', (request, reply) => secondSteps.add(request, reply));
  scope.post('/oidc/interaction/:uid/second-factor/kept', (request, reply) => secondSteps.kept(request, reply));
  scope.post('/oidc/interaction/:uid/organisation', (request, reply) => organisations.choose(request, reply));
  scope.post('/oidc/interaction/:uid/consent', (request, reply) => interactions.consent(request, reply));
  scope.post('/oidc/interaction/:uid/abort', (request, reply) => interactions.abort(request, reply));
  scope.post('/oidc/interaction/:uid/language', (request, reply) => interactions.chooseLanguage(request, reply));
  scope.post('/oidc/interaction/:uid/link', (request, reply) => linksAgain.sendLink(request, reply));
  scope.get('/oidc/interaction/:uid/link', (request, reply) => linksAgain.linkSent(request, reply));
  scope.get('/oidc/registration/:id/:code', (request, reply) => registrations.open(request, reply));
  scope.post('/oidc/registration/:id/:code', (request, reply) => registrations.confirm(request, reply));
  scope.get('/oidc/registration/:id/:code/done', (request, reply) => registrations.done(request, reply));
  scope.post('/oidc/registration/:id/:code/link', (request, reply) => registrations.sendLink(request, reply));
  scope.get('/oidc/registration/:id/:code/link', (request, reply) => registrations.linkSent(request, reply));
  scope.get('/oidc/password-recovery', (request, reply) => recoveries.ask(request, reply));
  scope.post('/oidc/password-recovery', (request, reply) => recoveries.request(request, reply));
  scope.get('/oidc/password-recovery/sent', (request, reply) => recoveries.sent(request, reply));
  scope.get('/oidc/password-recovery/:id/:code', (request, reply) => recoveries.open(request, reply));
  scope.post('/oidc/password-recovery/:id/:code', (request, reply) => recoveries.complete(request, reply));
  scope.get('/oidc/password-recovery/:id/:code/done', (request, reply) => recoveries.done(request, reply));
  scope.get('/oidc/invitation/:id/:code', (request, reply) => invitations.open(request, reply));
  scope.post('/oidc/invitation/:id/:code', (request, reply) => invitations.accept(request, reply));
  scope.get('/oidc/invitation/:id/:code/done', (request, reply) => invitations.done(request, reply));
  scope.get('/oidc/mail-change/:id/:code', (request, reply) => mailChanges.open(request, reply));
  scope.post('/oidc/mail-change/:id/:code', (request, reply) => mailChanges.confirm(request, reply));
  scope.get('/oidc/mail-change/:id/:code/done', (request, reply) => mailChanges.done(request, reply));
  return Promise.resolve();
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
