import { createHash } from 'node:crypto';
import { HttpStatus, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { cachedKey, type EdgeRequest } from './route.js';

/** A file as an answer. It is always sent as an attachment, so that browsers neither sniff its type nor show it in our pages. */
export class FileAnswer {
  constructor(
    readonly name: string,
    readonly mediaType: string,
    readonly content: Buffer | Readable | string,
  ) {}
}

type Answer = Record<string, unknown>;
const isObject = (value: unknown): value is Answer => typeof value === 'object' && value !== null && !(value instanceof FileAnswer);

/** Whether this collection has a route that reads one item by its id. */
const hasItemRoute = ({ server, routeOptions: { url = '' } }: EdgeRequest): boolean =>
  server.hasRoute({ method: 'GET', url: `${url}/:id` });

/**
 * The headers that follow from an answer: `ETag` from its version, `Location` of a new item that has a route of its own or of the job
 * that was accepted, and `Link` to the next page.
 */
export function headersOf(request: EdgeRequest, status: number, value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const headers: Record<string, string> = {};
  const [path = '', query = ''] = request.url.split('?');
  if (typeof value['version'] === 'number') headers['etag'] = `"${value['version']}"`;
  if (status === 201 && typeof value['id'] === 'string' && hasItemRoute(request)) headers['location'] = `${path}/${value['id']}`;
  // Long work was accepted: the job is where the service keeps them.
  if (status === 202 && typeof value['id'] === 'string')
    headers['location'] = `${path.split('/').slice(0, 3).join('/')}/jobs/${value['id']}`;
  if (typeof value['nextCursor'] === 'string') {
    const next = new URLSearchParams(query);
    next.set('cursor', value['nextCursor']);
    headers['link'] = `<${path}?${next.toString()}>; rel="next"`;
  }
  return headers;
}

/** Whether `If-None-Match` names this tag (weak comparison). */
const isKnown = (request: EdgeRequest, tag: string): boolean => {
  const given = request.headers['if-none-match'];
  return (
    given !== undefined &&
    (given.trim() === '*' || given.split(',').some(each => each.trim().replace(/^W\//, '') === tag.replace(/^W\//, '')))
  );
};

/** Adds these headers to every answer, sends files, and answers 304 when the caller has the answer already. */
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    // No cache may store what a token shows, also on a public route.
    const seconds = request.principal ? undefined : (Reflect.getMetadata(cachedKey, context.getHandler()) as number | undefined);
    return next.handle().pipe(map(value => this.answer(request, reply, value, seconds)));
  }

  private answer(request: EdgeRequest, reply: FastifyReply, value: unknown, seconds: number | undefined): unknown {
    if (value instanceof FileAnswer) return this.file(reply, value);
    void reply.headers(headersOf(request, reply.statusCode, value));
    let answer = value;
    if (seconds === undefined) {
      // No cache may keep an answer that depends on a token.
      if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    } else {
      // Sends the text of the digest itself, so that a long list is serialized once.
      const text = JSON.stringify(value);
      const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
      void reply.headers({ 'cache-control': `public, max-age=${seconds}`, etag: tag, 'content-type': 'application/json; charset=utf-8' });
      answer = text;
    }
    const tag = reply.getHeader('etag');
    if (request.method === 'GET' && typeof tag === 'string' && isKnown(request, tag)) {
      void reply.removeHeader('content-type').status(HttpStatus.NOT_MODIFIED);
      return undefined;
    }
    return answer;
  }

  private file(reply: FastifyReply, { name, mediaType, content }: FileAnswer): unknown {
    void reply.headers({
      'content-type': mediaType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    });
    return content;
  }
}
