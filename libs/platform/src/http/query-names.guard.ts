import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { HttpRefusal } from './refusal.js';
import { isLangArgument, type EdgeRequest } from './route.js';

interface Argument {
  readonly data?: unknown;
  readonly factory?: unknown;
}

/** Nest numbers the kinds of arguments; 4 is the query. */
const isQuery = (kind: string): boolean => kind.startsWith('4:');

/** Refuses query parameters of routes that read none: a misspelt filter is never ignored. Routes with a query DTO check their own. */
export class QueryNamesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { query } = context.switchToHttp().getRequest<EdgeRequest>();
    const given = Object.keys(query as object);
    if (given.length === 0) return true;
    const args = Object.entries(
      (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {}) as Record<string, Argument>,
    );
    if (args.some(([kind, { data }]) => isQuery(kind) && data === undefined)) return true;
    const known = args.flatMap(([kind, { data, factory }]) => (isQuery(kind) ? [data] : isLangArgument(factory) ? ['lang'] : []));
    const unknown = given.filter(name => !known.includes(name));
    if (unknown.length === 0) return true;
    throw new HttpRefusal({
      status: 400,
      code: 'query.invalid',
      text: { zh: '查询参数有误。', en: 'Some query parameters are not right.' },
      fields: unknown.map(name => ({
        pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        code: 'unknown',
        detail: { zh: '没有此参数。', en: 'There is no such parameter.' },
      })),
    });
  }
}
