import { createHash } from 'node:crypto';
import { roles, type Role } from '@ciep/contracts';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { HttpRefusal } from '../http/refusal.js';
import { Principal } from '../context/principal.js';
import { tokenInvalid, tokenRefused } from './token-refused.js';
import { canonicalToken } from './token-spelling.js';

/** The audience of all access tokens. */
export const apiAudience = 'urn:ciep:api';

/** Three parts in the alphabet of RFC 7515; libraries also accept other spellings of the same token. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const cacheMs = 60_000;
const mostCached = 10_000;

/** Checks access tokens: ES256 `at+jwt` of our issuer for our audience. Caches valid tokens for at most a minute. */
export class TokenVerifier {
  private readonly known = new Map<string, { principal: Principal; until: number }>();

  constructor(
    private readonly keys: JWTVerifyGetKey,
    private readonly issuer: string,
  ) {}

  /** The principal of a token. Throws 401 `token.invalid` or `token.expired`, 503 when the keys cannot be fetched. */
  async verify(token: string): Promise<Principal> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.known.get(digest);
    if (known && known.until > Date.now()) return known.principal;
    const claims = await this.check(token);
    if (canonicalToken(token) !== token) throw tokenInvalid();
    const principal = principalOf(claims);
    this.remember(digest, principal, (claims.exp ?? 0) * 1_000);
    return principal;
  }

  /** Clears the cache after the keys changed. */
  forget(): void {
    this.known.clear();
  }

  private async check(token: string): Promise<JWTPayload> {
    if (!compact.test(token)) throw tokenInvalid();
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.issuer,
        audience: apiAudience,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub', 'client_id'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw tokenRefused('token.expired', '访问令牌已过期。', 'The access token has expired.');
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) throw tokenInvalid();
      throw new HttpRefusal({
        status: 503,
        code: 'keys.unavailable',
        text: { zh: '暂时无法校验令牌，请稍后再试。', en: 'Tokens cannot be checked at the moment; try again soon.' },
        headers: { 'retry-after': '2' },
      });
    }
  }

  private remember(digest: string, principal: Principal, expires: number): void {
    if (this.known.size >= mostCached) {
      const [oldest] = this.known.keys();
      if (oldest !== undefined) this.known.delete(oldest);
    }
    this.known.set(digest, { principal, until: Math.min(expires, Date.now() + cacheMs) });
  }
}

const isRole = (value: unknown): value is Role => roles.some(role => role === value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function principalOf(claims: JWTPayload): Principal {
  const kind = claims['kind'];
  if (kind !== 'user' && kind !== 'client' && kind !== 'service') throw tokenInvalid();
  const held = Array.isArray(claims['roles']) ? claims['roles'].filter(isRole) : [];
  const scopes = textOf(claims['scope'])?.split(' ') ?? [];
  return new Principal(
    kind,
    claims.sub ?? '',
    textOf(claims['client_id']) ?? '',
    held,
    scopes,
    textOf(claims['organisation']),
    textOf(claims['region']),
    textOf(claims['gid']),
    textOf(claims.jti),
  );
}
