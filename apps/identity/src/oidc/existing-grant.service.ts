import { apiScopes } from '@ciep/contracts';
import { Injectable } from '@nestjs/common';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { Grants } from './grants.repository.js';
import { apiAudience } from '@ciep/platform';
import { openIdScopes } from '../clients/scopes.rules.js';

/** Finds an earlier grant of a person for a client; first-party clients need no consent, so their grant is created here. */
@Injectable()
export class ExistingGrant {
  constructor(private readonly grants: Grants) {}

  async of(context: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { client, session, provider, result } = context.oidc;
    const accountId = session?.accountId;
    if (!client || !session || accountId === undefined) return undefined;
    const consent = result?.consent as { grantId?: string } | undefined;
    const given = await this.given(context, consent?.grantId ?? session.grantIdFor(client.clientId), accountId);
    if (client['first_party'] !== true) return given;
    const grant = given ?? new provider.Grant({ accountId, clientId: client.clientId });
    const asked = context.oidc.requestParamScopes;
    grant.addOIDCScope(openIdScopes.filter(scope => asked.has(scope)).join(' '));
    grant.addResourceScope(apiAudience, apiScopes.filter(scope => asked.has(scope)).join(' '));
    await this.grants.bind(await grant.save(), accountId);
    return grant;
  }

  /** A session may still refer to a revoked grant, or to one for an organisation that the person has left. */
  private async given(context: KoaContextWithOIDC, grantId: string | undefined, accountId: string): Promise<Grant | undefined> {
    if (grantId === undefined) return undefined;
    const grant = await context.oidc.provider.Grant.find(grantId);
    return grant && (await this.grants.isCurrent(grantId, accountId)) ? grant : undefined;
  }
}
