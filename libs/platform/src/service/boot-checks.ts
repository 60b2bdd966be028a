import { RequestMethod, type Type } from '@nestjs/common';
import { accessOf } from '../auth/access.guard.js';
import { controllerRoutes, routeArguments, type ControllerRoute } from '../http/controller-routes.js';
import { isTxArgument, streamsKey, writesKey } from '../http/route.js';

/** Some routes break a promise of the platform; the service does not start. */
export class UnsafeRoutes extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`These routes may not be served:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    this.name = 'UnsafeRoutes';
  }
}

function problemsOf({ name, controller, key, handler, method }: ControllerRoute): string[] {
  const problems: string[] = [];
  const args = routeArguments(controller, key);
  if (!accessOf(controller, handler)) problems.push('names no permission: add @Can(…), @Authenticated(), @Public() or @Internal()');
  const reads = method === RequestMethod.GET || method === RequestMethod.HEAD;
  const writes = Reflect.hasMetadata(writesKey, handler);
  if (!reads && !writes && !Reflect.hasMetadata(streamsKey, handler))
    problems.push('changes something outside a transaction: add @Writes()');
  if (writes && !args.some(({ factory }) => isTxArgument(factory))) problems.push('opens a transaction and does not hand it on: add @Tx()');
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, key) ?? []) as unknown[];
  for (const { isBody, index } of args) {
    if (isBody && [Object, Function, undefined].includes(types[index] as ObjectConstructor))
      problems.push('has a body that nothing checks: import the DTO class as a value');
  }
  return problems.map(problem => `${name} ${problem}`);
}

/** Throws for a route without a permission, a write route without a transaction, and a body without a DTO. */
export function refuseUnsafeRoutes(controllers: readonly Type[]): void {
  const problems = controllers.flatMap(controller => controllerRoutes(controller).flatMap(problemsOf));
  if (problems.length > 0) throw new UnsafeRoutes(problems);
}
