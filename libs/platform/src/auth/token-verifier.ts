import { createHash } from 'node:crypto';
import { roles, type Role } from '@ciep/contracts';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { HttpRefusal } from '../http/refusal.js';
import { Principal } from './principal.js';
import { tokenRefused } from './token-refused.js';

/** The one audience of access tokens. */
export const apiAudience = 'urn:ciep:api';

/** Three parts in the alphabet of RFC 7515: libraries read other spellings of the same token, too. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const keptFor = 60_000;
const keptAtMost = 10_000;

const invalid = () => tokenRefused('token.invalid', '访问令牌无效。', 'The access token is not valid.');

/** Checks access tokens: ES256 `at+jwt` of our issuer for our audience. Remembers good ones for at most a minute. */
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
    const principal = principalOf(claims);
    this.remember(digest, principal, (claims.exp ?? 0) * 1_000);
    return principal;
  }

  /** Forgets all tokens, after the keys changed. */
  forget(): void {
    this.known.clear();
  }

  private async check(token: string): Promise<JWTPayload> {
    if (!compact.test(token)) throw invalid();
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
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) throw invalid();
      throw new HttpRefusal({
        status: 503,
        code: 'keys.unavailable',
        text: { zh: '暂时无法校验令牌，请稍后再试。', en: 'Tokens cannot be checked at the moment; try again soon.' },
        headers: { 'retry-after': '2' },
      });
    }
  }

  private remember(digest: string, principal: Principal, expires: number): void {
    if (this.known.size >= keptAtMost) {
      const [oldest] = this.known.keys();
      if (oldest !== undefined) this.known.delete(oldest);
    }
    this.known.set(digest, { principal, until: Math.min(expires, Date.now() + keptFor) });
  }
}

const isRole = (value: unknown): value is Role => roles.some(role => role === value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function principalOf(claims: JWTPayload): Principal {
  const kind = claims['kind'];
  if (kind !== 'user' && kind !== 'client' && kind !== 'service') throw invalid();
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
