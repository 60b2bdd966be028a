import { preferredLanguage } from '@ciep/kernel';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from '../context/request-context.js';
import type { Log } from '../logging/log.js';
import { problemOf } from './problem.js';
import { refusalOf } from './refusal.js';

/** Answers a request with the problem that an error means; logs only what is our own fault. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const refusal = refusalOf(error);
  if (refusal.status === 500) log.error({ error, path: request.url.split('?')[0] }, 'a request failed');
  else if (refusal.status >= 500) log.warn({ error, path: request.url.split('?')[0] }, 'a request could not be served');
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
    // The answer is already on its way (a download that broke): it can only be cut.
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(error, http.getRequest<FastifyRequest>(), reply, this.log);
  }
}
