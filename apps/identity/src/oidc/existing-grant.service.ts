import { apiScopes } from '@ciep/contracts';
import { apiAudience } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Grant, KoaContextWithOIDC, Session } from 'oidc-provider';
import { openIdScopes } from '../clients/scopes.rules.js';
import { Grants } from './grants.repository.js';
import { OrganisationPrompt } from './organisation-prompt.service.js';

interface Given {
  readonly grant: Grant;
  readonly organisationId: string | null;
}

/**
 * Finds an earlier grant of a person for a client, for the organisation that the person acts for now; a session keeps one for each
 * organisation. First-party clients need no consent, so their grant is created here.
 */
@Injectable()
export class ExistingGrant {
  constructor(
    private readonly grants: Grants,
    private readonly prompt: OrganisationPrompt,
  ) {}

  async of(context: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { client, session, result } = context.oidc;
    const accountId = session?.accountId;
    if (!client || !session || accountId === undefined) return undefined;
    const present = await this.given(context, result?.consent?.grantId ?? session.grantIdFor(client.clientId));
    const decision = await this.prompt.decide(context, accountId, present?.organisationId);
    if (decision.kind === 'ask') return undefined;
    const { organisationId } = decision;
    const given =
      present?.organisationId === organisationId
        ? present
        : await this.given(context, earlier(session, client.clientId)[key(organisationId)]);
    const found = given?.organisationId === organisationId ? given.grant : undefined;
    const grant = client['first_party'] === true ? await this.withAllAsked(context, found, organisationId) : found;
    if (grant) keep(session, client.clientId, organisationId, grant.jti);
    return grant;
  }

  private async withAllAsked(context: KoaContextWithOIDC, found: Grant | undefined, organisationId: string | null): Promise<Grant> {
    const { client, session, provider, requestParamScopes: asked } = context.oidc;
    const grant = found ?? new provider.Grant({ accountId: session?.accountId, clientId: client?.clientId });
    grant.addOIDCScope(openIdScopes.filter(scope => asked.has(scope)).join(' '));
    grant.addResourceScope(apiAudience, apiScopes.filter(scope => asked.has(scope)).join(' '));
    const saved = await grant.save();
    if (!found) await this.grants.bind(saved, { organisationId, sessionUid: session?.uid });
    return grant;
  }

  /** A session may still refer to a revoked grant. */
  private async given(context: KoaContextWithOIDC, grantId: string | undefined): Promise<Given | undefined> {
    if (grantId === undefined) return undefined;
    const grant = await context.oidc.provider.Grant.find(grantId);
    const organisationId = grant && (await this.grants.organisationOf(grantId));
    return grant && organisationId !== undefined ? { grant, organisationId } : undefined;
  }
}

const key = (organisationId: string | null): string => organisationId ?? 'none';

/** The grants of a client in a session, by organisation. */
const earlier = (session: Session, clientId: string): Record<string, string> =>
  (session.authorizationFor(clientId) as { organisations?: Record<string, string> }).organisations ?? {};

function keep(session: Session, clientId: string, organisationId: string | null, grantId: string): void {
  session.ensureClientContainer(clientId);
  const organisations = { ...earlier(session, clientId), [key(organisationId)]: grantId };
  Object.assign(session.authorizationFor(clientId), { organisations });
}
