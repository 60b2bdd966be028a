import { Injectable } from '@nestjs/common';
import type { AccessToken, ClientCredentials, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import type { ClientStanding } from '../clients/client-metadata.rules.js';
import { grantMark } from './oidc-storage.repository.js';
import { Grants } from './grants.repository.js';

/** Our own claims of an access token: who it is, for which organisation, in which roles, bound to which region. */
@Injectable()
export class TokenClaims {
  constructor(private readonly grants: Grants) {}

  async of(context: KoaContextWithOIDC, token: AccessToken | ClientCredentials): Promise<UnknownObject> {
    if (token.kind === 'ClientCredentials') {
      const standing = context.oidc.client?.['standing'] as ClientStanding | undefined;
      return { ...standing };
    }
    const { grantId, accountId } = token as AccessToken;
    const standing = grantId === undefined ? undefined : await this.grants.standing(grantId, accountId);
    return {
      kind: 'user',
      roles: standing?.roles ?? [],
      ...(standing?.organisationId ? { organisation: standing.organisationId } : {}),
      ...(standing?.partnerRegion && standing.roles.includes('province_partner') ? { region: standing.partnerRegion } : {}),
      ...(grantId === undefined ? {} : { gid: grantMark(grantId) }),
    };
  }
}
