import { addressOf } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogIn } from '../accounts/log-in.use-case.js';
import { TooManyTries } from '../accounts/tries.errors.js';
import { consentPage } from '../pages/consent.page.js';
import { goTo, show } from '../pages/answers.page.js';
import { loginPage, type LoginRefusal } from '../pages/login.page.js';
import { languageNamed } from '../pages/reader.rules.js';
import { SecondStep } from '../second-factors/second-step.service.js';
import { enteredIn, Interactions, scopesAsked, type Entered, type Visit } from './interactions.service.js';
import { selectOrganisation } from '../oidc/organisation-choice.rules.js';
import { askForOrganisation } from './organisation-pages.service.js';
import { PageCookies } from './page-cookies.service.js';
import { SecondStepPages } from './second-step-pages.service.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

interface LoginForm {
  readonly mail?: string;
  readonly password?: string;
  readonly lang?: string;
}

const statuses: Readonly<Record<LoginRefusal, number>> = { password: 401, tries: 429 };

/** Login and consent pages; between them, that of the organisations. A form leads to a page that can be reloaded without sending it again. */
@Injectable()
export class InteractionPages implements PagesOf {
  readonly routes: PageRoutes = {
    'GET /oidc/interaction/:uid': (request, reply) => this.open(request, reply),
    'POST /oidc/interaction/:uid/login': (request, reply) => this.logIn(request, reply),
    'POST /oidc/interaction/:uid/consent': (request, reply) => this.consent(request, reply),
    'POST /oidc/interaction/:uid/abort': (request, reply) => this.abort(request, reply),
    'POST /oidc/interaction/:uid/language': (request, reply) => this.chooseLanguage(request, reply),
  };

  constructor(
    private readonly interactions: Interactions,
    private readonly logInUseCase: LogIn,
    private readonly cookies: PageCookies,
    private readonly secondStep: SecondStep,
    private readonly secondStepPages: SecondStepPages,
  ) {}

  async open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = await this.interactions.visit(request, reply);
    const { interaction, reader, proof, client } = visit;
    void reply.header('set-cookie', this.cookies.client(String(interaction.params['client_id'])));
    const { passed } = enteredIn(interaction);
    if (interaction.prompt.name === 'login')
      return passed ? this.secondStepPages.show(request, reply, visit, passed) : this.showLogin(request, reply, visit);
    if (interaction.prompt.name === selectOrganisation) return askForOrganisation(this.interactions, request, reply, visit);
    const person = await this.interactions.personOf(interaction);
    const organisation = await this.interactions.organisationOf(interaction);
    const asked = { uid: interaction.uid, proof, client, person, organisation, scopes: scopesAsked(interaction) };
    return show(reply, 200, consentPage(reader, asked));
  }

  async logIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = await this.interactions.sentFrom(request, reply);
    const { mail = '', password = '' } = request.body as LoginForm;
    try {
      const outcome = await this.logInUseCase.execute({
        mail: mail.slice(0, 254),
        password: password.slice(0, 128),
        address: addressOf(request),
      });
      if (outcome.kind === 'wrong') return await this.askAgain(request, reply, visit, { mail }, '?refused=password');
      const { accountId, at } = outcome;
      if (await this.secondStep.isDue(accountId)) return await this.askAgain(request, reply, visit, { passed: { accountId, at } }, '');
      return goTo(reply, await this.interactions.finish(request, reply, { login: { accountId, amr: ['pwd'], ts: at } }, false));
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      const closedUntil = Date.now() + error.retryAfterSeconds * 1_000;
      return this.askAgain(request, reply, visit, { mail, closedUntil }, '?refused=tries');
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

  /** From the login page, whose mail address stays. */
  async chooseLanguage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { mail = '', lang } = (request.body ?? {}) as LoginForm;
    const language = languageNamed(lang);
    if (language) void reply.header('set-cookie', this.cookies.language(language));
    const visit = await this.interactions.sentFrom(request, reply);
    const refusal = refusalIn(request);
    const entered = { ...enteredIn(visit.interaction), mail };
    return this.askAgain(request, reply, visit, entered, refusal ? `?refused=${refusal}` : '');
  }

  /** The login page. After a refusal its status says so, although a redirect led to it. */
  private showLogin(request: FastifyRequest, reply: FastifyReply, { interaction, reader, proof, client }: Visit): FastifyReply {
    const { uid, params } = interaction;
    const { login_hint: hint } = params;
    const { mail = typeof hint === 'string' ? hint.slice(0, 254) : '', closedUntil } = enteredIn(interaction);
    const form = { uid, proof, client, mail };
    const refusal = refusalIn(request);
    const waitSeconds = closedUntil === undefined ? undefined : Math.ceil((closedUntil - Date.now()) / 1_000);
    const isOpenAgain = refusal === 'tries' && waitSeconds !== undefined && waitSeconds <= 0;
    if (refusal === undefined || isOpenAgain) return show(reply, 200, loginPage(reader, form));
    if (refusal === 'password' || waitSeconds === undefined) return show(reply, statuses[refusal], loginPage(reader, { ...form, refusal }));
    return show(reply.header('retry-after', waitSeconds), statuses[refusal], loginPage(reader, { ...form, refusal, waitSeconds }));
  }

  private async askAgain(
    request: FastifyRequest,
    reply: FastifyReply,
    { interaction }: Visit,
    { mail = '', ...entered }: Entered,
    query: string,
  ): Promise<FastifyReply> {
    await this.interactions.keep(request, reply, { mail: mail.slice(0, 254), ...entered });
    return goTo(reply, `/oidc/interaction/${interaction.uid}${query}`);
  }
}

function refusalIn({ query }: FastifyRequest): LoginRefusal | undefined {
  const { refused } = query as { refused?: unknown };
  return refused === 'password' || refused === 'tries' ? refused : undefined;
}
