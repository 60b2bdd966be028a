import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { accessOf } from '../auth/access.guard.js';
import { isTxArgument, streamsKey, writesKey } from '../http/route.js';

interface Route {
  readonly name: string;
  readonly controller: Type;
  readonly handler: object;
  readonly method: RequestMethod;
}

interface Argument {
  readonly index: number;
  readonly factory?: unknown;
}

/** A route that breaks a promise of the platform; the service does not start. */
export class UnsafeRoutes extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`These routes may not be served:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    this.name = 'UnsafeRoutes';
  }
}

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap(key => {
    const handler = (prototype as Record<string, unknown>)[key];
    if (key === 'constructor' || typeof handler !== 'function' || Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
    return [{ name: `${controller.name}.${key}`, controller, handler, method }];
  });
}

const argumentsOf = ({ controller, name }: Route): [string, Argument][] =>
  Object.entries((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name.split('.')[1] ?? '') ?? {}) as Record<string, Argument>);

function problemsOf(route: Route): string[] {
  const problems: string[] = [];
  const args = argumentsOf(route);
  if (!accessOf(route.controller, route.handler))
    problems.push('names no permission: add @Can(…), @Authenticated(), @Public() or @Internal()');
  const reads = route.method === RequestMethod.GET || route.method === RequestMethod.HEAD;
  const writes = Reflect.hasMetadata(writesKey, route.handler);
  if (!reads && !writes && !Reflect.hasMetadata(streamsKey, route.handler))
    problems.push('changes something outside a transaction: add @Writes()');
  if (writes && !args.some(([, argument]) => isTxArgument(argument.factory)))
    problems.push('opens a transaction and does not hand it on: add @Tx()');
  const types = (Reflect.getMetadata('design:paramtypes', route.controller.prototype as object, route.name.split('.')[1] ?? '') ??
    []) as unknown[];
  for (const [key, { index }] of args) {
    // Nest numbers the kinds of arguments; 3 is the body.
    if (key.startsWith('3:') && (types[index] === Object || types[index] === Function || types[index] === undefined))
      problems.push('has a body that nothing checks: import the DTO class as a value');
  }
  return problems.map(problem => `${route.name} ${problem}`);
}

/** Refuses a route without a permission, a write route without a transaction, and a body without a DTO. */
export function refuseUnsafeRoutes(controllers: readonly Type[]): void {
  const problems = controllers.flatMap(controller => routesOf(controller).flatMap(problemsOf));
  if (problems.length > 0) throw new UnsafeRoutes(problems);
}
