import { apiScopes } from '@ciep/contracts';
import { Injectable } from '@nestjs/common';
import type { Adapter, AdapterPayload, Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ClientDirectory } from '../clients/client-directory.queries.js';
import { ClientSecrets, type LiveSecret } from '../clients/client-secrets.service.js';
import { SecretTries } from './secret-tries.service.js';
import { internalScope } from '../clients/scopes.rules.js';

/** Our clients as the provider sees them. */
@Injectable()
export class ProviderClients {
  constructor(
    private readonly directory: ClientDirectory,
    private readonly secrets: ClientSecrets,
    private readonly secretTries: SecretTries,
  ) {}

  /** The provider only reads clients. */
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

  /** Two secrets may be valid at once, and only their hashes are stored; guesses are counted. */
  compareLiveSecrets(provider: Provider): void {
    const { secrets, secretTries } = this;
    (provider.Client.prototype as { compareClientSecret: (given: string) => Promise<boolean> }).compareClientSecret = function (
      this: Client,
      given,
    ) {
      return secretTries.counting(this.clientId, () => secrets.fits(this.clientId, this['live_secrets'] as LiveSecret[], given));
    };
  }

  /** The registered API scopes of a client. */
  scopesOf(client: Client): string {
    const registered = client['api_scopes'] as readonly string[];
    return [...apiScopes, internalScope].filter(scope => registered.includes(scope)).join(' ');
  }

  /** A browser front end may call the token endpoint only from its registered origins. */
  isOwnOrigin(_context: KoaContextWithOIDC, origin: string, client: Client): boolean {
    return (
      origin !== 'null' &&
      client.tokenEndpointAuthMethod === 'none' &&
      (client.redirectUris ?? []).some(uri => URL.parse(uri)?.origin === origin)
    );
  }
}
