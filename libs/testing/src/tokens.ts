import { randomUUID } from 'node:crypto';
import { apiScopes, type Role } from '@ciep/contracts';
import { apiAudience, canonicalToken } from '@ciep/platform';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTVerifyGetKey } from 'jose';

/** The caller that a token is for; missing values are generated. */
export interface Caller {
  readonly kind?: 'user' | 'client' | 'service';
  readonly id?: string;
  readonly clientId?: string;
  readonly organisationId?: string;
  readonly regionCode?: string;
  readonly roles?: readonly Role[];
  /** Read and write of every service by default. */
  readonly scopes?: readonly string[];
  /** Mark of the grant (claim `gid`), for revocation. */
  readonly grantId?: string;
  /** Id of the token (claim `jti`). */
  readonly tokenId?: string;
}

/** Signs access tokens like identity, with a key pair of its own. */
export class TokenIssuer {
  private constructor(
    private readonly issuer: string,
    private readonly privateKey: CryptoKey,
    /** The public keys, for the service under test. */
    readonly keys: JWTVerifyGetKey,
  ) {}

  static async create(issuer: string): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
    return new TokenIssuer(issuer, privateKey, createLocalJWKSet({ keys: [jwk] }));
  }

  async token(caller: Caller): Promise<string> {
    const { kind = 'user', id = randomUUID(), clientId = kind === 'user' ? 'console' : id, scopes = apiScopes } = caller;
    const token = await new SignJWT({
      kind,
      client_id: clientId,
      roles: caller.roles ?? [],
      scope: scopes.join(' '),
      ...(caller.organisationId !== undefined && { organisation: caller.organisationId }),
      ...(caller.regionCode !== undefined && { region: caller.regionCode }),
      ...(caller.grantId !== undefined && { gid: caller.grantId }),
      ...(caller.tokenId !== undefined && { jti: caller.tokenId }),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
      .setIssuer(this.issuer)
      .setAudience(apiAudience)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(this.privateKey);
    return canonicalToken(token);
  }
}
