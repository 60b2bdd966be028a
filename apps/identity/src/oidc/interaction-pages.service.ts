import { addressOf, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogIn } from '../accounts/log-in.use-case.js';
import { TooManyTries } from '../accounts/tries.errors.js';
import { consentPage } from '../pages/consent.page.js';
import { pageHeaders } from '../pages/layout.page.js';
import { loginPage, tooManyTries, unprovenPage, wrongPassword } from '../pages/login.page.js';
import { linkSent, messagePage } from '../pages/message.page.js';
import { RegistrationLimit } from '../registrations/registration-limit.service.js';
import { ResendLink } from '../registrations/resend-link.use-case.js';
import { Interactions, scopesAsked } from './interactions.service.js';

interface LoginForm {
  readonly mail?: string;
  readonly password?: string;
}

const show = (reply: FastifyReply, status: number, body: string): FastifyReply => reply.code(status).headers(pageHeaders).send(body);
const goTo = (reply: FastifyReply, address: string): FastifyReply =>
  reply.code(303).headers({ location: address, 'cache-control': 'no-store' }).send();

/** Login and consent pages. */
@Injectable()
export class InteractionPages {
  constructor(
    private readonly interactions: Interactions,
    private readonly logInUseCase: LogIn,
    private readonly resendLink: ResendLink,
    private readonly limit: RegistrationLimit,
    private readonly database: Database,
  ) {}

  async open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction, language, ...form } = await this.interactions.visit(request, reply);
    const { uid } = interaction;
    if (interaction.prompt.name === 'login')
      return show(reply, 200, loginPage(language, { uid, ...form, ...hinted(interaction.params['login_hint']) }));
    const person = await this.interactions.personOf(interaction);
    return show(reply, 200, consentPage(language, { uid, ...form, person, scopes: scopesAsked(interaction) }));
  }

  async logIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction, language, proof, client } = await this.interactions.sentFrom(request, reply);
    const { uid } = interaction;
    const { mail = '', password = '' } = request.body as LoginForm;
    try {
      const outcome = await this.logInUseCase.execute({
        mail: mail.slice(0, 254),
        password: password.slice(0, 128),
        address: addressOf(request),
      });
      if (outcome.kind === 'unproven') return show(reply, 403, unprovenPage(language, { uid, proof, mail }));
      if (outcome.kind === 'wrong') return show(reply, 401, loginPage(language, { uid, proof, client, mail, refusal: wrongPassword }));
      return goTo(reply, await this.interactions.finish(request, reply, { login: { accountId: outcome.accountId, amr: ['pwd'] } }, false));
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      const refusal = tooManyTries(error.retryAfterSeconds);
      return show(reply.header('retry-after', error.retryAfterSeconds), 429, loginPage(language, { uid, proof, client, mail, refusal }));
    }
  }

  async consent(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction } = await this.interactions.sentFrom(request, reply);
    const result = await this.interactions.grant(interaction);
    return goTo(reply, await this.interactions.finish(request, reply, result, true));
  }

  async abort(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.interactions.sentFrom(request, reply);
    const refusal = { error: 'access_denied', error_description: 'the person refused' };
    return goTo(reply, await this.interactions.finish(request, reply, refusal, false));
  }

  /** From the page that says that the mail address is not verified. */
  async sendLink(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { language } = await this.interactions.sentFrom(request, reply);
    await this.limit.count(request);
    const { mail = '' } = request.body as LoginForm;
    await this.database.transaction(tx => this.resendLink.executeFor(mail.slice(0, 254), tx));
    return show(reply, 200, messagePage(language, linkSent.title, linkSent.message));
  }
}

const hinted = (hint: unknown): { mail?: string } => (typeof hint === 'string' ? { mail: hint.slice(0, 254) } : {});
