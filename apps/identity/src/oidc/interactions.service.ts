import type { Language, LocalizedText } from '@ciep/kernel';
import { apiAudience } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { AccountQueries } from '../accounts/accounts.queries.js';
import { Secrets } from '../secrets/secrets.service.js';
import { Grants } from './grants.repository.js';
import { ProviderHost } from './provider-host.service.js';
import { languageOf } from './provider-pages.service.js';

/** The request did not come from our own page (403). */
export class NotFromHere extends Error {}

/** One visit of a page: what the provider wants to know, from whom and for which client. */
export interface Visit {
  readonly interaction: Interaction;
  readonly language: Language;
  /** Goes with the form, and shows that it is ours. */
  readonly proof: string;
  readonly client: LocalizedText;
}

/** The provider's side of the login and consent pages. */
@Injectable()
export class Interactions {
  constructor(
    private readonly host: ProviderHost,
    private readonly secrets: Secrets,
    private readonly accounts: AccountQueries,
    private readonly grants: Grants,
  ) {}

  /** Reads the visit; throws the provider's `SessionNotFound` when the page is too old or of another browser. */
  async visit(request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
    const { uid } = request.params as { uid: string };
    const interaction = await this.host.provider.interactionDetails(request.raw, reply.raw);
    if (interaction.uid !== uid) throw new errors.SessionNotFound('interaction session not found');
    const client = await this.host.provider.Client.find(String(interaction.params['client_id']));
    if (!client) throw new errors.SessionNotFound('client not found');
    return {
      interaction,
      language: languageOf(interaction.params['ui_locales'], request.headers['accept-language']),
      proof: await this.secrets.sign('forms', formText(interaction)),
      client: client['names'] as LocalizedText,
    };
  }

  /** Like {@link visit}, for a form that was sent; throws {@link NotFromHere}. */
  async sentFrom(request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw new NotFromHere();
    const visit = await this.visit(request, reply);
    const { proof } = (request.body ?? {}) as { proof?: string };
    if (!(await this.secrets.verify('forms', formText(visit.interaction), proof ?? ''))) throw new NotFromHere();
    return visit;
  }

  /** Goes on with a result: the address to send the browser to. */
  finish(request: FastifyRequest, reply: FastifyReply, result: InteractionResults, mergeWithLastSubmission: boolean): Promise<string> {
    return this.host.provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission });
  }

  /** The name of the person who is logged in. */
  async personOf({ session }: Interaction): Promise<string> {
    return (session && (await this.accounts.person(session.accountId))?.name) ?? '';
  }

  /** The person agreed: adds what was asked for to the grant, for the organisation it acts for now. */
  async grant({ grantId, session, params, prompt }: Interaction): Promise<InteractionResults> {
    if (!session) throw new errors.SessionNotFound('session not found');
    const { accountId } = session;
    const { Grant } = this.host.provider;
    const given = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant = given ?? new Grant({ accountId, clientId: String(params['client_id']) });
    const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
      missingOIDCScope?: string[];
      missingResourceScopes?: Record<string, string[]>;
    };
    grant.addOIDCScope(missingOIDCScope.join(' '));
    grant.addResourceScope(apiAudience, (missingResourceScopes[apiAudience] ?? []).join(' '));
    const saved = await grant.save();
    await this.grants.bind(saved, accountId);
    return { consent: { grantId: saved } };
  }
}

const formText = ({ uid, prompt }: Interaction): string => `interaction ${uid} ${prompt.name}`;

/** What the consent page lists. */
export function scopesAsked({ prompt }: Interaction): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  return [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
}
