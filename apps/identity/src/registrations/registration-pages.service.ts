import type { DomainError } from '@ciep/kernel';
import { addressOf } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { goTo, show } from '../pages/answers.page.js';
import { linkSentPage } from '../pages/message.page.js';
import { confirmedPage, confirmPage, linkRefusedPage } from '../pages/registration.page.js';
import { PasswordRefused } from '../passwords/password.errors.js';
import { LinkConfirmation } from './link-confirmation.service.js';
import { LinkVisits, type LinkPages, type LinkVisit } from './link-visits.service.js';
import { AlreadyRegistered, LinkExpired, LinkUnknown, LinkUsed } from './registration.errors.js';
import { RegistrationQueries } from './registrations.queries.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

/** The pages behind the mailed link. Opening it changes nothing, because mail scanners open links. */
@Injectable()
export class RegistrationPages implements PagesOf {
  readonly routes: PageRoutes = {
    'GET /oidc/registration/:id/:code': (request, reply) => this.open(request, reply),
    'POST /oidc/registration/:id/:code': (request, reply) => this.confirm(request, reply),
    'GET /oidc/registration/:id/:code/done': (request, reply) => this.done(request, reply),
    'POST /oidc/registration/:id/:code/link': (request, reply) => this.sendLink(request, reply),
    'GET /oidc/registration/:id/:code/link': (request, reply) => this.linkSent(request, reply),
  };

  private readonly pages: LinkPages = {
    owner: 'registration',
    addressee: id => this.queries.letter(id),
    refused: async ({ reader, link, application }, error) =>
      linkRefusedPage(
        reader,
        error.text,
        error instanceof LinkExpired
          ? { newLink: `${link}/link` }
          : { application: await application(), canLogIn: error instanceof LinkUsed || error instanceof AlreadyRegistered },
      ),
  };

  constructor(
    private readonly confirmation: LinkConfirmation,
    private readonly queries: RegistrationQueries,
    private readonly visits: LinkVisits,
  ) {}

  open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      await this.confirmation.check(visit.parts);
      return show(reply, 200, await this.form(visit));
    });
  }

  /** A reload of the page that follows does not send the password again. */
  confirm(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      const { password = '' } = (request.body ?? {}) as { password?: string };
      try {
        await this.confirmation.complete(visit.parts, { password, address: addressOf(request) });
      } catch (error) {
        if (!(error instanceof PasswordRefused)) throw error;
        return show(reply, 422, await this.form(visit, error));
      }
      return goTo(reply, `${visit.link}/done`);
    });
  }

  done(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts, reader, link, application }) => {
      if (!(await this.confirmation.isDone(parts))) return goTo(reply, link);
      return show(reply, 200, confirmedPage(reader, await application()));
    });
  }

  /** From the page that refuses an expired link. */
  sendLink(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts, link }) => {
      await this.confirmation.renew(parts);
      return goTo(reply, `${link}/link`);
    });
  }

  linkSent(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ reader }) => show(reply, 200, linkSentPage(reader)));
  }

  private async form({ parts, mail, reader, link }: LinkVisit & { mail: string }, refusal?: DomainError): Promise<string> {
    const confirmed = await this.queries.confirmedBy(parts.id);
    if (!confirmed) throw new LinkUnknown();
    return confirmPage(reader, { action: link, mail, ...confirmed, ...(refusal && { refusal: refusal.text }) });
  }
}
