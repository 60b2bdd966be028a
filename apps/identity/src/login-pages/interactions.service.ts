import type { LocalizedText } from '@ciep/kernel';
import { apiAudience } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { AccountQueries, type OwnOrganisation } from '../accounts/accounts.queries.js';
import { readerOf, wishIn, type Reader } from '../pages/reader.rules.js';
import { Secrets } from '../secrets/secrets.service.js';
import { Grants } from '../oidc/grants.repository.js';
import { OrganisationPrompt } from '../oidc/organisation-prompt.service.js';
import { ProviderHost } from '../oidc/provider-host.service.js';

/** The request did not come from our own page (403). */
export class NotFromHere extends Error {}

/** One visit of a page: the provider's prompt, the person and the client. */
export interface Visit {
  readonly interaction: Interaction;
  readonly reader: Reader;
  /** A hidden form field that proves that the form is ours. */
  readonly proof: string;
  readonly client: LocalizedText;
}

/** A person who has entered the correct password and owes the second step of the login. */
export interface Passed {
  readonly accountId: string;
  /** When the login began, in seconds. */
  readonly at: number;
  /** The second factor was added in this login: its recovery codes are shown. */
  readonly isNew?: boolean;
}

/** What the login pages know from earlier steps; never the password. */
export interface Entered {
  readonly passed?: Passed;
  readonly mail?: string;
  /** Until then every try is refused. */
  readonly closedUntil?: number;
}

/** The provider's side of the login and consent pages. */
@Injectable()
export class Interactions {
  constructor(
    private readonly host: ProviderHost,
    private readonly secrets: Secrets,
    private readonly accounts: AccountQueries,
    private readonly grants: Grants,
    private readonly prompt: OrganisationPrompt,
  ) {}

  /** Reads the visit; throws the provider's `SessionNotFound` if the page is too old or from another browser. */
  async visit(request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
    const { uid } = request.params as { uid: string };
    const interaction = await this.host.provider.interactionDetails(request.raw, reply.raw);
    if (interaction.uid !== uid) throw new errors.SessionNotFound('interaction session not found');
    const client = await this.host.provider.Client.find(String(interaction.params['client_id']));
    if (!client) throw new errors.SessionNotFound('client not found');
    return {
      interaction,
      reader: readerOf(request, wishIn(interaction.params)),
      proof: await this.secrets.sign('forms', formText(interaction)),
      client: client['names'] as LocalizedText,
    };
  }

  /** Like {@link visit}, for a submitted form; throws {@link NotFromHere}. */
  async sentFrom(request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw new NotFromHere();
    const visit = await this.visit(request, reply);
    const { proof } = (request.body ?? {}) as { proof?: string };
    if (!(await this.secrets.verify('forms', formText(visit.interaction), proof ?? ''))) throw new NotFromHere();
    return visit;
  }

  /** Completes the prompt with a result; returns the address to redirect the browser to. */
  finish(request: FastifyRequest, reply: FastifyReply, result: InteractionResults, mergeWithLastSubmission: boolean): Promise<string> {
    return this.host.provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission });
  }

  /** Keeps what was entered as long as the interaction, for the page that asks again. */
  async keep(request: FastifyRequest, reply: FastifyReply, entered: Entered): Promise<void> {
    await this.finish(request, reply, { entered }, false);
  }

  /** The name of the logged-in person. */
  async personOf({ session }: Interaction): Promise<string> {
    return (session && (await this.accounts.person(session.accountId))?.name) ?? '';
  }

  /** The organisations that the logged-in person may choose from. */
  organisationsOf({ session }: Interaction): Promise<OwnOrganisation[]> {
    return session ? this.accounts.organisationsOf(session.accountId) : Promise.resolve([]);
  }

  /** The organisation that the client would act for if the person agreed. */
  async organisationOf(interaction: Interaction): Promise<LocalizedText | undefined> {
    const { grantId } = interaction;
    const decision = grantId === undefined ? await this.prompt.decideAgain(interaction) : undefined;
    const ofGrant = grantId === undefined ? undefined : await this.grants.organisationOf(grantId);
    const wanted = decision?.kind === 'decided' ? decision.organisationId : ofGrant;
    return (await this.organisationsOf(interaction)).find(({ id }) => id === wanted)?.name;
  }

  /** The person agreed: adds the request to the grant, for the organisation that the person acts for in this request. */
  async grant(interaction: Interaction): Promise<InteractionResults> {
    const { grantId, session, params, prompt } = interaction;
    if (!session) throw new errors.SessionNotFound('session not found');
    const { accountId, uid: sessionUid } = session;
    const { Grant } = this.host.provider;
    const given = grantId === undefined ? undefined : await Grant.find(grantId);
    const decision = given ? undefined : await this.prompt.decideAgain(interaction);
    // The person has joined or left an organisation meanwhile, so the provider asks for the organisation first.
    if (decision?.kind === 'ask') return {};
    const grant = given ?? new Grant({ accountId, clientId: String(params['client_id']) });
    const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
      missingOIDCScope?: string[];
      missingResourceScopes?: Record<string, string[]>;
    };
    grant.addOIDCScope(missingOIDCScope.join(' '));
    grant.addResourceScope(apiAudience, (missingResourceScopes[apiAudience] ?? []).join(' '));
    const saved = await grant.save();
    if (decision) await this.grants.bind(saved, { organisationId: decision.organisationId, sessionUid });
    return { consent: { grantId: saved } };
  }
}

/** What was entered on the page of an interaction before. */
export const enteredIn = ({ result }: Interaction): Entered => (result?.['entered'] as Entered | undefined) ?? {};

const formText = ({ uid, prompt }: Interaction): string => `interaction ${uid} ${prompt.name}`;

/** The scopes on the consent page: the new ones, or all if the person agreed to all before and is asked again. */
export function scopesAsked({ prompt, params }: Interaction): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  const missing = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
  const { scope } = params;
  return missing.length === 0 && typeof scope === 'string' ? scope.split(' ') : missing;
}
