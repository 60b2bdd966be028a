import { addressOf, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { goTo, show } from '../pages/answers.page.js';
import { confirmMailPage, mailChangedPage, mailChangeRefusedPage } from '../pages/mail-change.page.js';
import { LinkVisits, type LinkPages } from '../registrations/link-visits.service.js';
import { Links } from '../registrations/links.service.js';
import type { LinkParts } from '../registrations/password-by-link.service.js';
import { LinkUsed } from '../registrations/registration.errors.js';
import { ConfirmMailChange } from './confirm-mail-change.use-case.js';
import { MailChangeQueries } from './mail-changes.queries.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

/** The pages behind the link to a new mail address. Opening it changes nothing, because mail scanners open links. */
@Injectable()
export class MailChangePages implements PagesOf {
  readonly routes: PageRoutes = {
    'GET /oidc/mail-change/:id/:code': (request, reply) => this.open(request, reply),
    'POST /oidc/mail-change/:id/:code': (request, reply) => this.confirm(request, reply),
    'GET /oidc/mail-change/:id/:code/done': (request, reply) => this.done(request, reply),
  };

  private readonly pages: LinkPages = {
    owner: 'mail-change',
    addressee: id => this.queries.addressee(id),
    refused: async ({ reader, application }, error) =>
      mailChangeRefusedPage(reader, error.text, await application(), error instanceof LinkUsed),
  };

  constructor(
    private readonly confirmMailChange: ConfirmMailChange,
    private readonly queries: MailChangeQueries,
    private readonly links: Links,
    private readonly visits: LinkVisits,
    private readonly database: Database,
  ) {}

  open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts, reader, link, mail }) => {
      await this.check(parts);
      return show(reply, 200, confirmMailPage(reader, { action: link, mail }));
    });
  }

  /** A reload of the page that follows does not send the form again. */
  confirm(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts: { id, code }, link: page }) => {
      const link = await this.links.read('mail-change', id, code);
      await this.database.transaction(tx => this.confirmMailChange.execute({ id, link, address: addressOf(request) }, tx));
      return goTo(reply, `${page}/done`);
    });
  }

  done(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts, reader, link, application, mail }) => {
      const isDone = await this.check(parts).then(
        () => false,
        (error: unknown) => {
          if (error instanceof LinkUsed) return true;
          throw error;
        },
      );
      return isDone ? show(reply, 200, mailChangedPage(reader, mail, await application())) : goTo(reply, link);
    });
  }

  private async check({ id, code }: LinkParts): Promise<void> {
    const link = await this.links.read('mail-change', id, code);
    await this.database.transaction(tx => this.confirmMailChange.check({ id, link }, tx));
  }
}
