import { apiAudience, PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { Revocations } from './revocations.service.js';
import type { KeyRing } from './signing-keys.service.js';

type Middleware = (context: KoaContextWithOIDC, next: () => Promise<unknown>) => Promise<void>;

/**
 * Lets a client revoke an access token. The provider does not store JWTs and refuses to revoke them, after authenticating the client. A
 * token of another client, or an invalid one, gets the same answer (RFC 7009) and stays valid.
 */
@Injectable()
export class AccessTokenRevocation {
  constructor(
    private readonly revocations: Revocations,
    private readonly platform: PlatformSettings,
  ) {}

  of({ keys }: KeyRing): Middleware {
    const published = createLocalJWKSet({ keys: keys.map(({ d: _private, ...key }) => key) });
    return async (context, next) => {
      await next();
      const { oidc } = context;
      if (
        oidc?.route !== 'revocation' ||
        !oidc.client ||
        (context.body as { error?: string } | undefined)?.error !== 'unsupported_token_type'
      )
        return;
      const verified = await jwtVerify(String(oidc.params?.['token']), published, {
        issuer: this.platform.issuer,
        audience: apiAudience,
        typ: 'at+jwt',
      }).catch(() => undefined);
      const { client_id: owner, jti } = verified?.payload ?? {};
      if (owner === oidc.client.clientId && jti !== undefined) await this.revocations.endToken(jti);
      context.status = 200;
      context.body = '';
    };
  }
}
