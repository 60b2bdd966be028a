import { addressOf, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LinkRequests } from '../link-requests/link-requests.service.js';
import { goTo, show } from '../pages/answers.page.js';
import { linkSentPage } from '../pages/message.page.js';
import { RegistrationLimit } from '../registrations/registration-limit.service.js';
import { Interactions } from './interactions.service.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

/** Has the mail of a registration sent again, from the page that refuses a login. */
@Injectable()
export class LinkAgainPages implements PagesOf {
  readonly routes: PageRoutes = {
    'POST /oidc/interaction/:uid/link': (request, reply) => this.sendLink(request, reply),
    'GET /oidc/interaction/:uid/link': (request, reply) => this.linkSent(request, reply),
  };

  constructor(
    private readonly interactions: Interactions,
    private readonly requests: LinkRequests,
    private readonly limit: RegistrationLimit,
    private readonly database: Database,
  ) {}

  async sendLink(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction } = await this.interactions.sentFrom(request, reply);
    await this.limit.count(request);
    const { mail = '' } = request.body as { mail?: string };
    const wanted = { purpose: 'registration', mail: mail.slice(0, 254), address: addressOf(request) } as const;
    await this.database.transaction(tx => this.requests.add(wanted, tx));
    return goTo(reply, `/oidc/interaction/${interaction.uid}/link`);
  }

  async linkSent(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction, reader } = await this.interactions.visit(request, reply);
    return show(reply, 200, linkSentPage(reader, `/oidc/interaction/${interaction.uid}`));
  }
}
