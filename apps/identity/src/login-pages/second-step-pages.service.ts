import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { toString as pictureOf } from 'qrcode';
import { TooManyTries } from '../accounts/tries.errors.js';
import { goTo, show } from '../pages/answers.page.js';
import { newSecondFactorPage, recoveryCodesPage, secondFactorPage } from '../pages/second-factor.page.js';
import { Authenticator } from '../second-factors/authenticator.service.js';
import { secondFactorMethod } from '../second-factors/second-factor.rules.js';
import { SecondFactorQueries } from '../second-factors/second-factors.queries.js';
import { SecondStep } from '../second-factors/second-step.service.js';
import { enteredIn, Interactions, type Passed, type Visit } from './interactions.service.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

const codeIn = ({ body }: FastifyRequest): string => ((body ?? {}) as { code?: string }).code?.slice(0, 40) ?? '';

/**
 * The second step of a login: a code of the app, or a new app for a role that needs one (docs/rules.md#second-factor). The interaction
 * remembers who has passed the password; the browser never says so.
 */
@Injectable()
export class SecondStepPages implements PagesOf {
  readonly routes: PageRoutes = {
    'POST /oidc/interaction/:uid/second-factor': (request, reply) => this.enter(request, reply),
    'POST /oidc/interaction/:uid/second-factor/new': (request, reply) => this.add(request, reply),
    'POST /oidc/interaction/:uid/second-factor/kept': (request, reply) => this.kept(request, reply),
  };

  constructor(
    private readonly interactions: Interactions,
    private readonly queries: SecondFactorQueries,
    private readonly authenticator: Authenticator,
    private readonly secondStep: SecondStep,
  ) {}

  /** Shows what is due to a person who has passed the password. */
  async show(
    request: FastifyRequest,
    reply: FastifyReply,
    { interaction, reader, proof, client }: Visit,
    passed: Passed,
  ): Promise<FastifyReply> {
    const { uid } = interaction;
    const factor = await this.queries.of(passed.accountId);
    if (!factor) throw new errors.SessionNotFound('second factor not found');
    if (passed.isNew)
      return show(reply, 200, recoveryCodesPage(reader, { uid, proof, codes: await this.authenticator.recoveryCodes(factor) }));
    const { closedUntil } = enteredIn(interaction);
    const { refused } = request.query as { refused?: unknown };
    const left = closedUntil === undefined ? 0 : Math.ceil((closedUntil - Date.now()) / 1_000);
    const waitSeconds = refused === 'tries' && left > 0 ? left : undefined;
    const shown = { uid, proof, client, isRefused: refused === 'code', waitSeconds };
    if (waitSeconds !== undefined) void reply.header('retry-after', waitSeconds);
    const status = waitSeconds === undefined ? (shown.isRefused ? 401 : 200) : 429;
    if (factor.status === 'active') return show(reply, status, secondFactorPage(reader, shown));
    const picture = { markup: await pictureOf(await this.authenticator.uri(factor), { type: 'svg', margin: 2 }) };
    return show(reply, status, newSecondFactorPage(reader, { ...shown, picture, secret: await this.authenticator.secret(factor) }));
  }

  /** A code of the app, or a recovery code. */
  async enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.tried(request, reply, async passed => {
      if (!(await this.secondStep.passes(passed.accountId, codeIn(request)))) return undefined;
      return this.interactions.finish(request, reply, loginOf(passed), false);
    });
  }

  /** The first code of a new app. */
  async add(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.tried(request, reply, async (passed, { interaction }) => {
      if (!(await this.secondStep.adds(passed.accountId, codeIn(request)))) return undefined;
      await this.interactions.keep(request, reply, { passed: { ...passed, isNew: true } });
      return `/oidc/interaction/${interaction.uid}`;
    });
  }

  /** The person has kept the recovery codes. */
  async kept(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction } = await this.interactions.sentFrom(request, reply);
    const { passed } = enteredIn(interaction);
    if (!passed?.isNew) throw new errors.SessionNotFound('second factor not proven');
    return goTo(reply, await this.interactions.finish(request, reply, loginOf(passed), false));
  }

  /** Goes where a correct code leads, or asks again. */
  private async tried(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (passed: Passed, visit: Visit) => Promise<string | undefined>,
  ): Promise<FastifyReply> {
    const visit = await this.interactions.sentFrom(request, reply);
    const { passed } = enteredIn(visit.interaction);
    if (!passed || passed.isNew) throw new errors.SessionNotFound('password not entered');
    const again = `/oidc/interaction/${visit.interaction.uid}`;
    try {
      return goTo(reply, (await work(passed, visit)) ?? `${again}?refused=code`);
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      await this.interactions.keep(request, reply, { passed, closedUntil: Date.now() + error.retryAfterSeconds * 1_000 });
      return goTo(reply, `${again}?refused=tries`);
    }
  }
}

const loginOf = ({ accountId, at }: Passed) => ({ login: { accountId, amr: ['pwd', secondFactorMethod], ts: at } });
