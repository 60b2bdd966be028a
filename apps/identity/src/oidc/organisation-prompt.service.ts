import { Injectable } from '@nestjs/common';
import { errors, interactionPolicy, type Interaction, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider';
import { AccountQueries } from '../accounts/accounts.queries.js';
import { decide, selectOrganisation, type Decision } from './organisation-choice.rules.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Decides for which organisation an authorization acts, and asks the person between login and consent if need be. */
@Injectable()
export class OrganisationPrompt {
  private readonly decisions = new WeakMap<KoaContextWithOIDC['oidc'], Decision>();

  constructor(private readonly accounts: AccountQueries) {}

  /** The prompts of the provider: login, organisation, consent. */
  policy(): interactionPolicy.DefaultPolicy {
    const { base, Check, Prompt } = interactionPolicy;
    const undecided = new Check(
      'organisation_undecided',
      'the person has to choose an organisation',
      'interaction_required',
      ({ oidc }) => this.decisions.get(oidc)?.kind === 'ask',
    );
    const prompt = new Prompt({ name: selectOrganisation, requestable: true }, undecided);
    // The provider's own check would also show the page to a person who has nothing to choose.
    prompt.checks.remove(`${selectOrganisation}_prompt`);
    const policy = base();
    policy.add(
      prompt,
      policy.findIndex(({ name }) => name === 'consent'),
    );
    return policy;
  }

  /** The parameter `organisation` of an authorization request. */
  readonly parameter = (_context: KoaContextWithOIDC, value: string | undefined): void => {
    if (value !== undefined && !uuid.test(value.toLowerCase())) throw new errors.InvalidRequest('organisation must be a UUID');
  };

  /** The decision for a request, which {@link policy} then follows. */
  async decide(context: KoaContextWithOIDC, accountId: string, present: string | null | undefined): Promise<Decision> {
    const { oidc } = context;
    const decision = decide({
      own: await this.own(accountId),
      chosen: chosenIn(oidc.result),
      isAskedAgain: oidc.prompts.has(selectOrganisation),
      wanted: wantedIn(oidc.params),
      present,
    });
    this.decisions.set(oidc, decision);
    return decision;
  }

  /** The decision for a request whose person is on the consent page. */
  async decideAgain({ session, lastSubmission, params }: Interaction): Promise<Decision> {
    const own = session ? await this.own(session.accountId) : [];
    return decide({ own, chosen: chosenIn(lastSubmission), wanted: wantedIn(params) });
  }

  private async own(accountId: string): Promise<string[]> {
    return (await this.accounts.organisationsOf(accountId)).map(({ id }) => id);
  }
}

const chosenIn = (result: InteractionResults | undefined): string | null | undefined =>
  (result?.[selectOrganisation] as { organisationId: string | null } | undefined)?.organisationId;

/** The organisation that the application asks for. */
export const wantedIn = (params: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const { organisation } = params ?? {};
  return typeof organisation === 'string' ? organisation.toLowerCase() : undefined;
};
