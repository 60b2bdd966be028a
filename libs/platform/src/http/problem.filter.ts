import { preferredLanguage } from '@ciep/kernel';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from '../context/request-context.js';
import type { Log } from '../logging/log.js';
import { problemOf } from './problem.js';
import { isDataError, refusalOf } from './refusal.js';
import { uncheckedValues } from '../metrics/metrics.js';

/** Answers a request with the problem for an error; logs only errors that are our fault. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const refusal = refusalOf(error);
  if (refusal.status === 500) log.error({ error, path: request.url.split('?')[0] }, 'a request failed');
  else if (refusal.status >= 500) log.warn({ error, path: request.url.split('?')[0] }, 'a request could not be served');
  else if (isDataError(error)) {
    uncheckedValues.inc({ service: currentContext()?.service ?? '' });
    log.error({ error, path: request.url.split('?')[0] }, 'a value reached PostgreSQL that a check should have refused');
  }
  const language = preferredLanguage(request.headers['accept-language']);
  const traceId = currentContext()?.requestId ?? request.id;
  void reply
    .status(refusal.status)
    .headers({ ...refusal.headers, 'content-language': language, 'cache-control': 'no-store' })
    .type('application/problem+json')
    .send(problemOf(refusal, language, request.url, traceId));
}

/** The one exception filter. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    // The answer has begun (a download that broke), so the connection can only be cut.
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(error, http.getRequest<FastifyRequest>(), reply, this.log);
  }
}
