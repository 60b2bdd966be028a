import { createHash } from 'node:crypto';
import { HttpStatus, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { FileAnswer } from './file-answer.js';
import { cachedKey, type EdgeRequest } from './route.js';

type Answer = Record<string, unknown>;
const isObject = (value: unknown): value is Answer => typeof value === 'object' && value !== null && !(value instanceof FileAnswer);

/** Whether one thing of what this request was sent to can be asked for by its id. */
const hasItsOwnAddress = ({ server, routeOptions: { url = '' } }: EdgeRequest): boolean =>
  server.hasRoute({ method: 'GET', url: `${url}/:id` });

/**
 * The headers that follow from an answer: `ETag` from its version, `Location` of what was created where it can be asked for there,
 * `Link` to the next page.
 */
export function headersOf(request: EdgeRequest, status: number, value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const headers: Record<string, string> = {};
  const [path = '', query = ''] = request.url.split('?');
  if (typeof value['version'] === 'number') headers['etag'] = `"${value['version']}"`;
  if (status === 201 && typeof value['id'] === 'string' && hasItsOwnAddress(request)) headers['location'] = `${path}/${value['id']}`;
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

/** Puts the headers on every answer, sends files, and answers 304 where the caller has it already. */
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const seconds = Reflect.getMetadata(cachedKey, context.getHandler()) as number | undefined;
    return next.handle().pipe(map(value => this.answer(request, reply, value, seconds)));
  }

  private answer(request: EdgeRequest, reply: FastifyReply, value: unknown, seconds: number | undefined): unknown {
    if (value instanceof FileAnswer) return this.file(reply, value);
    void reply.headers(headersOf(request, reply.statusCode, value));
    let answer = value;
    if (seconds === undefined) {
      // What a token may see is for nobody's cache.
      if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    } else {
      // The text that was digested is the text that is sent: a long list is written once.
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
