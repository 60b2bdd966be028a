import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { goTo, show } from '../pages/answers.page.js';
import { organisationPage, type OrganisationRefusal } from '../pages/organisation.page.js';
import { Interactions, NotFromHere, type Visit } from './interactions.service.js';
import { isChoice, selectOrganisation } from '../oidc/organisation-choice.rules.js';
import { wantedIn } from '../oidc/organisation-prompt.service.js';
import type { PageRoutes, PagesOf } from '../pages/page-routes.rules.js';

/** What a person sends from the page between login and consent: for which organisation the application acts. */
@Injectable()
export class OrganisationPages implements PagesOf {
  readonly routes: PageRoutes = {
    'POST /oidc/interaction/:uid/organisation': (request, reply) => this.choose(request, reply),
  };

  constructor(private readonly interactions: Interactions) {}

  async choose(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { interaction } = await this.interactions.sentFrom(request, reply);
    if (interaction.prompt.name !== selectOrganisation) throw new NotFromHere();
    const { organisation = '' } = request.body as { organisation?: string };
    const chosen = organisation === '' ? null : organisation;
    const own = await this.interactions.organisationsOf(interaction);
    const ids = own.map(({ id }) => id);
    if (!isChoice(ids, chosen)) return goTo(reply, `/oidc/interaction/${interaction.uid}?refused=organisation`);
    const result = { [selectOrganisation]: { organisationId: chosen } };
    return goTo(reply, await this.interactions.finish(request, reply, result, true));
  }
}

/** The page that asks. A refused choice leads there again, with a status that says so. */
export async function askForOrganisation(
  interactions: Interactions,
  { query }: FastifyRequest,
  reply: FastifyReply,
  { interaction, reader, proof, client }: Visit,
): Promise<FastifyReply> {
  const { uid, params } = interaction;
  const [person, organisations] = [await interactions.personOf(interaction), await interactions.organisationsOf(interaction)];
  const isForged = (query as { refused?: unknown }).refused === 'organisation';
  const wanted = wantedIn(params);
  const isForeign = wanted !== undefined && !organisations.some(({ id }) => id === wanted);
  const refusal: OrganisationRefusal | undefined = isForged ? 'chosen' : isForeign ? 'wanted' : undefined;
  return show(reply, isForged ? 403 : 200, organisationPage(reader, { uid, proof, client, person, organisations, refusal }));
}
