import { DomainError, type LocalizedText } from '@ciep/kernel';
import { HttpRefusal } from '@ciep/platform';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { TooManyTries } from '../accounts/tries.errors.js';
import { Applications } from '../clients/applications.service.js';
import { pageHeaders } from '../pages/layout.page.js';
import { failed, notFromHere, refusalPage, startAgain } from '../pages/message.page.js';
import { readerOf, rememberedClient } from '../pages/reader.rules.js';
import { NotFromHere } from './interactions.service.js';

interface Answer {
  readonly status: number;
  readonly title: LocalizedText;
  readonly text: LocalizedText;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

const statusOf: Readonly<Record<string, number>> = { too_many: 429, gone: 410, conflict: 409, not_found: 404 };

/** What the pages say if a request fails. */
@Injectable()
export class RefusalPages {
  private readonly log = new Logger('pages');

  constructor(private readonly applications: Applications) {}

  async show(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { status, headers = {}, ...said } = this.answerTo(error);
    const isTemporary = status === 429 || status >= 500;
    // A temporary failure may be the database's, which knows the applications.
    const application = isTemporary ? undefined : await this.applications.nearest(rememberedClient(request.headers));
    const body = refusalPage(readerOf(request), { ...said, application, isTemporary });
    return reply
      .code(status)
      .headers({ ...pageHeaders, ...headers })
      .send(body);
  }

  private answerTo(error: unknown): Answer {
    if (error instanceof errors.SessionNotFound) return { status: 400, ...startAgain, code: 'session_not_found' };
    if (error instanceof NotFromHere) return { status: 403, ...notFromHere, code: 'not_from_here' };
    if (error instanceof HttpRefusal) {
      const { status, text, code, headers = {} } = error.refusal;
      return { status, title: failed.title, text, code, headers };
    }
    if (error instanceof DomainError) {
      const headers: Answer['headers'] = error instanceof TooManyTries ? { 'retry-after': error.retryAfterSeconds } : {};
      return { status: statusOf[error.kind] ?? 422, title: failed.title, text: error.text, code: error.code, headers };
    }
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== undefined && statusCode < 500)
      return { status: statusCode, title: failed.title, text: failed.client, code: 'invalid_request' };
    this.log.error(error);
    return { status: 503, title: failed.title, text: failed.server, code: 'server_error' };
  }
}
