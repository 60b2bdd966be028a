import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import { OauthClient } from './client.entity.js';
import { ClientNotRegistrable } from './client.errors.js';
import { ClientOwnerQueries } from './client-owner.queries.js';
import { ClientRepository } from './client.repository.js';
import { clientFaults, isFrontEnd, ownerFaults, rolesOf, scopesOf, type StatedClient } from './client.rules.js';
import { ClientSecrets } from './client-secrets.service.js';

/**
 * Registers a client (docs/rules.md#client-kinds): a front end for people is public and has no secret; a system that acts for itself gets
 * one, which only this answer contains. Throws `ClientNotRegistrable` with all faults, and `ClientIdTaken`.
 */
@Injectable()
export class RegisterClient {
  constructor(
    private readonly clients: ClientRepository,
    private readonly owners: ClientOwnerQueries,
    private readonly secrets: ClientSecrets,
    private readonly config: IdentityConfig,
  ) {}

  async execute(stated: StatedClient, tx: Tx): Promise<{ secret?: string }> {
    const { clientId, name } = stated;
    const owner = stated.organisation === undefined ? undefined : await this.owners.find(tx, stated.organisation);
    const faults = [
      ...clientFaults(stated, new Set(this.config.serviceClients.keys())),
      ...(stated.organisation === undefined || isFrontEnd(stated) ? [] : ownerFaults(stated, owner)),
    ];
    if (faults.length > 0) throw new ClientNotRegistrable(faults);
    await this.clients.claimId(tx, clientId);
    const common = { clientId, name, apiScopes: scopesOf(stated) };
    if (isFrontEnd(stated)) {
      const { firstParty, redirectUris, postLogoutRedirectUris } = stated;
      const frontEnd = OauthClient.of({
        ...common,
        firstParty,
        authMethod: 'none',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [...redirectUris],
        postLogoutRedirectUris: [...postLogoutRedirectUris],
      });
      await this.clients.in(tx).insert(frontEnd);
      return {};
    }
    const system = OauthClient.of({
      ...common,
      authMethod: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      organisationId: owner?.id ?? null,
      regionCode: stated.regionCode ?? null,
      roles: rolesOf(stated),
    });
    await this.clients.in(tx).insert(system);
    return { secret: await this.secrets.draw(clientId, tx) };
  }
}
