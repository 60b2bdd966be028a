import { Injectable } from '@nestjs/common';
import type { Adapter, AdapterPayload, Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ClientDirectory } from '../clients/client-directory.queries.js';
import { ClientSecrets, type LiveSecret } from '../clients/client-secrets.service.js';
import { SecretTries } from './secret-tries.service.js';
import { apiScopes, internalScope } from '../clients/scopes.rules.js';

/** How the provider sees our clients. */
@Injectable()
export class ProviderClients {
  constructor(
    private readonly directory: ClientDirectory,
    private readonly secrets: ClientSecrets,
    private readonly secretTries: SecretTries,
  ) {}

  /** Clients are read by the provider, and changed elsewhere. */
  adapter(): Adapter {
    const notHere = (): Promise<never> => Promise.reject(new Error('clients are not changed through the provider'));
    return {
      find: async clientId => (await this.directory.find(clientId)) as unknown as AdapterPayload | undefined,
      upsert: notHere,
      findByUid: notHere,
      findByUserCode: notHere,
      consume: notHere,
      destroy: notHere,
      revokeByGrantId: notHere,
    };
  }

  /** Two secrets may live at once, and only their hashes are known; guesses are counted. */
  compareLiveSecrets(provider: Provider): void {
    const { secrets, secretTries } = this;
    (provider.Client.prototype as { compareClientSecret: (given: string) => Promise<boolean> }).compareClientSecret = function (
      this: Client,
      given,
    ) {
      return secretTries.counting(this.clientId, () => secrets.fits(this.clientId, this['live_secrets'] as LiveSecret[], given));
    };
  }

  /** The scopes of the API that a client may have: what is registered for it, as far as we know it. */
  scopesOf(client: Client): string {
    const registered = client['api_scopes'] as readonly string[];
    return [...apiScopes, internalScope].filter(scope => registered.includes(scope)).join(' ');
  }

  /** A browser front-end may call the token endpoint from the origins it is registered with, and from nowhere else. */
  isOwnOrigin(_context: KoaContextWithOIDC, origin: string, client: Client): boolean {
    return (
      origin !== 'null' &&
      client.tokenEndpointAuthMethod === 'none' &&
      (client.redirectUris ?? []).some(uri => URL.parse(uri)?.origin === origin)
    );
  }
}
