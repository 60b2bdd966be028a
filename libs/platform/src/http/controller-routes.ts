import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

/** A method of a controller that serves a route. */
export interface ControllerRoute {
  /** `InvoicesController.list` */
  readonly name: string;
  readonly controller: Type;
  /** The name of the method. */
  readonly key: string;
  readonly handler: object;
  readonly method: RequestMethod;
  /** Path below the prefix of the service, without slashes at its ends: `invoices/:id`. */
  readonly path: string;
}

const pathOf = (target: object): string => String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replaceAll(/^\/|\/$/g, '');

/** The routes that a controller's decorators declare. */
export function controllerRoutes(controller: Type): ControllerRoute[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap(key => {
    const handler = (prototype as Record<string, unknown>)[key];
    if (key === 'constructor' || typeof handler !== 'function' || Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
    const path = [pathOf(controller), pathOf(handler)].filter(part => part !== '').join('/');
    return [{ name: `${controller.name}.${key}`, controller, key, handler, method, path }];
  });
}

/** Declaration of a parameter decorator. */
interface DeclaredArgument {
  readonly index: number;
  /** The name of the one field that is read. */
  readonly data?: unknown;
  /** The factory of a decorator that is not Nest's own. */
  readonly factory?: unknown;
}

/** An argument of a route. */
export interface RouteArgument extends DeclaredArgument {
  readonly isBody: boolean;
  readonly isQuery: boolean;
}

/** The arguments of a controller's method. */
export function routeArguments(controller: Type, key: string): RouteArgument[] {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, key) ?? {}) as Record<string, DeclaredArgument>;
  return Object.entries(declared).map(([kind, argument]) => ({
    ...argument,
    isBody: kind.startsWith(`${RouteParamtypes.BODY}:`),
    isQuery: kind.startsWith(`${RouteParamtypes.QUERY}:`),
  }));
}
