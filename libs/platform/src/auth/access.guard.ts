import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { currentContext } from '../context/request-context.js';
import { HttpRefusal } from '../http/refusal.js';
import { accessKey, type Access, type EdgeRequest } from '../http/route.js';
import { PermissionMissing, ScopeMissing } from './auth.errors.js';
import type { Principal } from '../context/principal.js';
import type { RevokedTokens } from './revoked-tokens.js';
import { tokenInvalid, tokenRefused } from './token-refused.js';
import type { TokenVerifier } from './token-verifier.js';

/** The access rule of a route, or of its controller. */
export const accessOf = (controller: object, handler: object): Access | undefined =>
  (Reflect.getMetadata(accessKey, handler) ?? Reflect.getMetadata(accessKey, controller)) as Access | undefined;

const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** The scope that a token needs for a route. */
export const scopeFor = (access: Access, service: string, method: string): string =>
  'service' in access ? 'internal:read' : `${service}:${isReading(method) ? 'read' : 'write'}`;

/** Admits only callers that the route's access rule allows. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly service: string,
    /** Undefined without a database (the gateway). */
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
    if ('public' in access) {
      request.principal = await this.visitor(access, request);
      return true;
    }
    const principal = await this.identify(request);
    request.principal = principal;
    if (present) present.actor = principal;
    this.check(access, principal, request);
    return true;
  }

  private async identify(request: EdgeRequest): Promise<Principal> {
    const principal = await this.verifier.verify(bearerOf(request));
    if (this.revoked?.include(principal)) throw tokenRefused('token.revoked', '访问令牌已被撤销。', 'The access token has been revoked.');
    return principal;
  }

  /** The caller of a public route whose token lets it see more; whatever is wrong with a token, its bearer is one of everybody. */
  private async visitor({ more }: Extract<Access, { public: true }>, request: EdgeRequest): Promise<Principal | undefined> {
    if (more === undefined || request.headers.authorization === undefined) return undefined;
    try {
      const principal = await this.identify(request);
      this.check({ permission: more }, principal, request);
      return principal;
    } catch {
      return undefined;
    }
  }

  private check(access: Access, principal: Principal, request: EdgeRequest): void {
    const needed = scopeFor(access, this.service, request.method);
    if ('service' in access) {
      if (!principal.roles.includes('service') || !principal.scopes.includes(needed)) throw new ScopeMissing(needed);
      return;
    }
    const isCovered = isReading(request.method) && principal.scopes.includes(`${this.service}:write`);
    if (!principal.scopes.includes(needed) && !isCovered) throw new ScopeMissing(needed);
    if ('permission' in access && !principal.may(access.permission)) throw new PermissionMissing(access.permission);
  }
}

/** Programs differ in which of several `Authorization` headers they use, so only one is allowed. */
const isRepeated = ({ raw: { rawHeaders } }: EdgeRequest): boolean =>
  rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 13 && name.toLowerCase() === 'authorization').length > 1;

function bearerOf(request: EdgeRequest): string {
  const [scheme = '', token, ...more] = (request.headers.authorization ?? '').split(' ');
  if (isRepeated(request) || (token && more.length > 0)) throw tokenInvalid();
  if (scheme.toLowerCase() === 'bearer' && token) return token;
  throw new HttpRefusal({
    status: 401,
    code: 'token.missing',
    text: { zh: '需要访问令牌。', en: 'An access token is needed.' },
    headers: { 'www-authenticate': 'Bearer' },
  });
}
