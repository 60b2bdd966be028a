import { DomainError } from '@ciep/kernel';
import { RequestValidation } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { goTo, show } from '../pages/answers.page.js';
import { invitationPage, invitationRefusedPage, joinedPage, type TypedIn } from '../pages/invitation.page.js';
import { LinkVisits, type LinkPages, type LinkVisit } from '../registrations/link-visits.service.js';
import { LinkUnknown, LinkUsed } from '../registrations/registration.errors.js';
import { InvitationByLink } from './invitation-by-link.service.js';
import { AlreadyMember } from './invitation.errors.js';
import { NewcomerDto } from './invitations.dto.js';
import { InvitationQueries, type ShownInvitation } from './invitations.queries.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

type Visit = LinkVisit & { readonly mail: string };

/** The pages behind the link of an invitation. Opening it changes nothing, because mail scanners open links. */
@Injectable()
export class InvitationPages implements PagesOf {
  readonly routes: PageRoutes = {
    'GET /oidc/invitation/:id/:code': (request, reply) => this.open(request, reply),
    'POST /oidc/invitation/:id/:code': (request, reply) => this.accept(request, reply),
    'GET /oidc/invitation/:id/:code/done': (request, reply) => this.done(request, reply),
  };
  private readonly validation = new RequestValidation();
  private readonly pages: LinkPages = {
    owner: 'invitation',
    addressee: id => this.queries.addressee(id),
    refused: async ({ reader, application }, error) =>
      invitationRefusedPage(
        reader,
        error.text,
        error instanceof LinkUsed || error instanceof AlreadyMember ? { application: await application() } : undefined,
      ),
  };

  constructor(
    private readonly invitation: InvitationByLink,
    private readonly queries: InvitationQueries,
    private readonly visits: LinkVisits,
  ) {}

  open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      await this.invitation.check(visit.parts);
      const shown = await this.shown(visit);
      return show(reply, 200, this.form(visit, shown, { name: shown.name ?? '' }));
    });
  }

  /** A reload of the page that follows does not send the password again. */
  accept(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      const { name = '', phone = '', password = '' } = (request.body ?? {}) as Partial<Record<'name' | 'phone' | 'password', string>>;
      const shown = await this.shown(visit);
      try {
        await this.invitation.accept(visit.parts, shown.hasAccount ? {} : { ...(await this.newcomer({ name, phone })), password });
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind !== 'invalid') throw error;
        return show(reply, 422, this.form(visit, shown, { name, phone }, error));
      }
      return goTo(reply, `${visit.link}/done`);
    });
  }

  done(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.visits.answer(request, reply, this.pages, async visit => {
      if (!(await this.invitation.isDone(visit.parts))) return goTo(reply, visit.link);
      const { organisation } = await this.shown(visit);
      return show(reply, 200, joinedPage(visit.reader, organisation, await visit.application()));
    });
  }

  private async shown({ parts }: Visit): Promise<ShownInvitation> {
    const shown = await this.queries.shownBy(parts.id);
    if (!shown) throw new LinkUnknown();
    return shown;
  }

  private async newcomer(typed: { name: string; phone: string }): Promise<NewcomerDto> {
    return (await this.validation.transform(typed, { type: 'body', metatype: NewcomerDto })) as NewcomerDto;
  }

  private form({ reader, link, mail }: Visit, shown: ShownInvitation, typed: TypedIn, refusal?: DomainError): string {
    const wrong = refusal?.fields.map(({ pointer }) => pointer.slice(1)) ?? [];
    return invitationPage(reader, { action: link, mail, ...shown, typed, wrong, ...(refusal && { refusal: refusal.text }) });
  }
}
