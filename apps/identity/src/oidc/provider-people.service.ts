import { Injectable } from '@nestjs/common';
import type { AccessToken, Account, ClientCredentials, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import { AccountQueries } from '../accounts/accounts.queries.js';
import type { ClientStanding } from '../clients/client-metadata.rules.js';
import { SecondFactorRoles } from '../second-factors/second-factor-roles.service.js';
import { Grants } from './grants.repository.js';
import { grantMark } from './oidc-storage.repository.js';

/** Our people as the provider sees them, and the claims of their access tokens. */
@Injectable()
export class ProviderPeople {
  constructor(
    private readonly accounts: AccountQueries,
    private readonly grants: Grants,
    private readonly secondFactor: SecondFactorRoles,
  ) {}

  /** A person who may log in. */
  async account(id: string): Promise<Account | undefined> {
    const person = await this.accounts.person(id);
    return person && { accountId: id, claims: () => ({ sub: id, name: person.name, email: person.mail, locale: person.language }) };
  }

  /** Our claims of an access token: the person, organisation, roles and region. */
  async claims(context: KoaContextWithOIDC, token: AccessToken | ClientCredentials): Promise<UnknownObject> {
    if (token.kind === 'ClientCredentials') return { ...(context.oidc.client?.['standing'] as ClientStanding | undefined) };
    const { grantId, accountId } = token;
    const standing = grantId === undefined ? undefined : await this.grants.standing(grantId, accountId);
    const { AuthorizationCode, RefreshToken } = context.oidc.entities;
    const roles = this.secondFactor.usable(standing?.roles ?? [], (AuthorizationCode ?? RefreshToken)?.amr ?? []);
    return {
      kind: 'user',
      roles,
      ...(standing?.organisationId ? { organisation: standing.organisationId } : {}),
      ...(standing?.partnerRegion && roles.includes('province_partner') ? { region: standing.partnerRegion } : {}),
      ...(grantId === undefined ? {} : { gid: grantMark(grantId) }),
    };
  }
}
