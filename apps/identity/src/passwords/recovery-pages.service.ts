import type { LocalizedText } from '@ciep/kernel';
import { addressOf, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LinkRequests } from '../link-requests/link-requests.service.js';
import { goTo, show } from '../pages/answers.page.js';
import {
  newPasswordPage,
  newPasswordSetPage,
  recoveryAddress,
  recoveryRefusedPage,
  recoveryRequestPage,
  recoverySentPage,
} from '../pages/password-recovery.page.js';
import { readerOf } from '../pages/reader.rules.js';
import { LinkVisits, type LinkPages, type LinkVisit } from '../registrations/link-visits.service.js';
import { RegistrationLimit } from '../registrations/registration-limit.service.js';
import { LinkUsed } from '../registrations/registration.errors.js';
import { PasswordRefused } from './password.errors.js';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';
import { RecoveryByLink } from './recovery-by-link.service.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

const oneAddress = /^[^\s@]+@[^\s@]+$/;

/** The pages for a forgotten password. Opening the mailed link changes nothing, because mail scanners open links. */
@Injectable()
export class RecoveryPages implements PagesOf {
  readonly routes: PageRoutes = {
    'GET /oidc/password-recovery': (request, reply) => this.ask(request, reply),
    'POST /oidc/password-recovery': (request, reply) => this.request(request, reply),
    'GET /oidc/password-recovery/sent': (request, reply) => this.sent(request, reply),
    'GET /oidc/password-recovery/:id/:code': (request, reply) => this.open(request, reply),
    'POST /oidc/password-recovery/:id/:code': (request, reply) => this.complete(request, reply),
    'GET /oidc/password-recovery/:id/:code/done': (request, reply) => this.done(request, reply),
  };

  private readonly pages: LinkPages = {
    owner: 'password-recovery',
    addressee: id => this.queries.letter(id),
    refused: async ({ reader, application }, error) =>
      recoveryRefusedPage(reader, error.text, error instanceof LinkUsed ? { application: await application() } : undefined),
  };

  constructor(
    private readonly requests: LinkRequests,
    private readonly recovery: RecoveryByLink,
    private readonly queries: PasswordRecoveryQueries,
    private readonly visits: LinkVisits,
    private readonly limit: RegistrationLimit,
    private readonly database: Database,
  ) {}

  /** From the login page. */
  ask(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return show(reply, 200, recoveryRequestPage(readerOf(request)));
  }

  async request(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.limit.count(request);
    const mail = ((request.body ?? {}) as { mail?: string }).mail?.trim().slice(0, 254) ?? '';
    if (!oneAddress.test(mail)) return show(reply, 422, recoveryRequestPage(readerOf(request), mail));
    const wanted = { purpose: 'password_recovery', mail, address: addressOf(request) } as const;
    await this.database.transaction(tx => this.requests.add(wanted, tx));
    return goTo(reply, `${recoveryAddress}/sent`);
  }

  sent(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return show(reply, 200, recoverySentPage(readerOf(request)));
  }

  open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      await this.recovery.check(visit.parts);
      return show(reply, 200, this.form(visit));
    });
  }

  /** A reload of the page that follows does not send the password again. */
  complete(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      const { password = '' } = (request.body ?? {}) as { password?: string };
      try {
        await this.recovery.complete(visit.parts, { password, address: addressOf(request) });
      } catch (error) {
        if (!(error instanceof PasswordRefused)) throw error;
        return show(reply, 422, this.form(visit, error.text));
      }
      return goTo(reply, `${visit.link}/done`);
    });
  }

  done(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async ({ parts, reader, link, application }) => {
      if (!(await this.recovery.isDone(parts))) return goTo(reply, link);
      return show(reply, 200, newPasswordSetPage(reader, await application()));
    });
  }

  private form({ reader, link, mail }: LinkVisit & { mail: string }, refusal?: LocalizedText): string {
    return newPasswordPage(reader, { action: link, mail, ...(refusal && { refusal }) });
  }
}
