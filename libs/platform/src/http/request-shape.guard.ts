import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { routeArguments } from './controller-routes.js';
import { HttpRefusal } from './refusal.js';
import { isLangArgument, mediaTypeOf, streamsKey, type EdgeRequest } from './route.js';

/** Refuses what no DTO checks: a body of another media type (415), and query parameters of a route without a query DTO (400). */
export class RequestShapeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    refuseMediaType(request, Reflect.getMetadata(streamsKey, context.getHandler()) as string[] | undefined);
    refuseUnknownQuery(context, Object.keys(request.query as object));
    return true;
  }
}

/** Ordinary routes take JSON, upload routes the media types that they declare. */
function refuseMediaType(request: EdgeRequest, uploads: readonly string[] | undefined): void {
  // A GET has no body, whatever its content type says.
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const given = mediaTypeOf(request.headers);
  if (uploads ? uploads.includes(given) : given === '' || given === 'application/json' || given.endsWith('+json')) return;
  throw new HttpRefusal({
    status: 415,
    code: 'body.type_unsupported',
    text: { zh: '不支持此内容类型。', en: 'The content type of the body is not supported.' },
    details: { supported: uploads ?? ['application/json'] },
  });
}

/** A misspelt filter must not be ignored. */
function refuseUnknownQuery(context: ExecutionContext, given: readonly string[]): void {
  if (given.length === 0) return;
  const args = routeArguments(context.getClass(), context.getHandler().name);
  if (args.some(({ isQuery, data }) => isQuery && data === undefined)) return;
  const known = args.flatMap(({ isQuery, data, factory }) => (isQuery ? [data] : isLangArgument(factory) ? ['lang'] : []));
  const unknown = given.filter(name => !known.includes(name));
  if (unknown.length === 0) return;
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
