import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { currentContext } from '../context/request-context.js';
import { HttpRefusal } from '../http/refusal.js';
import { accessKey, type Access, type EdgeRequest } from '../http/route.js';
import { PermissionMissing, ScopeMissing } from './auth.errors.js';
import type { Principal } from './principal.js';
import type { RevokedTokens } from './revoked-tokens.js';
import { tokenRefused } from './token-refused.js';
import type { TokenVerifier } from './token-verifier.js';

/** The access rule of a route: its own, or its controller's. */
export const accessOf = (controller: object, handler: object): Access | undefined =>
  (Reflect.getMetadata(accessKey, handler) ?? Reflect.getMetadata(accessKey, controller)) as Access | undefined;

/** Lets nobody in whom the route does not name. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly service: string,
    /** Missing where there is no database to keep it in (the gateway). */
    private readonly revoked?: RevokedTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = accessOf(context.getClass(), context.getHandler());
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const present = currentContext();
    if (present)
      present.action = access && 'permission' in access ? access.permission : `${context.getClass().name}.${context.getHandler().name}`;
    if (!access) return false;
    if ('public' in access) return true;
    const principal = await this.verifier.verify(bearerOf(request));
    if (this.revoked?.include(principal)) throw tokenRefused('token.revoked', '访问令牌已被撤销。', 'The access token has been revoked.');
    request.principal = principal;
    if (present) present.actor = principal;
    this.check(access, principal, request);
    return true;
  }

  private check(access: Access, principal: Principal, request: EdgeRequest): void {
    if ('service' in access) {
      if (!principal.roles.includes('service') || !principal.scopes.includes('internal:read')) throw new ScopeMissing('internal:read');
      return;
    }
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const needed = `${this.service}:${reads ? 'read' : 'write'}`;
    if (!principal.scopes.includes(needed) && !(reads && principal.scopes.includes(`${this.service}:write`)))
      throw new ScopeMissing(needed);
    if ('permission' in access && !principal.may(access.permission)) throw new PermissionMissing(access.permission);
  }
}

/** Programs differ in which of several headers they believe, so that there may be one only. */
const isRepeated = ({ raw: { rawHeaders } }: EdgeRequest): boolean =>
  rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 13 && name.toLowerCase() === 'authorization').length > 1;

function bearerOf(request: EdgeRequest): string {
  const [scheme = '', token, ...more] = (request.headers.authorization ?? '').split(' ');
  if (isRepeated(request) || (token && more.length > 0))
    throw tokenRefused('token.invalid', '访问令牌无效。', 'The access token is not valid.');
  if (scheme.toLowerCase() === 'bearer' && token) return token;
  throw new HttpRefusal({
    status: 401,
    code: 'token.missing',
    text: { zh: '需要访问令牌。', en: 'An access token is needed.' },
    headers: { 'www-authenticate': 'Bearer' },
  });
}
