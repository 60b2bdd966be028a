import { permissions, roles, type Permission, type Role } from '@ciep/contracts';
import { RequestMethod, type Type } from '@nestjs/common';
import { controllerRoutes } from '../http/controller-routes.js';
import type { Access } from '../http/route.js';
import { accessOf, scopeFor } from './access.guard.js';

/** Who may call a route. */
export interface RouteAccess {
  /** `GET /v1/billing/invoices/{id}` */
  readonly route: string;
  /** Its permission; or that it is public, for every signed-in caller, or for other services only. */
  readonly permission: Permission | 'public' | 'signed in' | 'internal';
  /** The scope that the token must have; undefined where no token is needed. */
  readonly scope: string | undefined;
  /** The roles that it admits. */
  readonly roles: readonly Role[];
}

/** The path below the service's prefix that is for other services. */
const internalPath = /^internal\//;

/** The routes of a service and who may call each, from its decorators, sorted by path. */
export function accessTable(service: string, controllers: readonly Type[]): RouteAccess[] {
  return controllers
    .flatMap(controllerRoutes)
    .map(({ controller, handler, method, path }) => ({
      path: `${internalPath.test(path) ? '/' : `/v1/${service}/`}${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      method,
      access: accessOf(controller, handler),
    }))
    .sort((a, b) => (a.path === b.path ? a.method - b.method : a.path < b.path ? -1 : 1))
    .flatMap(({ path, method, access }) => (access ? [rowOf(service, RequestMethod[method], path, access)] : []));
}

function rowOf(service: string, method: string, path: string, access: Access): RouteAccess {
  const route = `${method} ${path}`;
  if ('public' in access) return { route, permission: 'public', scope: undefined, roles };
  const scope = scopeFor(access, service, method);
  if ('service' in access) return { route, permission: 'internal', scope, roles: ['service'] };
  if ('authenticated' in access) return { route, permission: 'signed in', scope, roles };
  const allowed: readonly Role[] = permissions[access.permission];
  return { route, permission: access.permission, scope, roles: roles.filter(role => allowed.includes(role)) };
}
