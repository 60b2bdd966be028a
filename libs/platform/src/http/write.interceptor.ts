import { DomainError, preferredLanguage } from '@ciep/kernel';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { currentContext } from '../context/request-context.js';
import type { Database, Tx } from '../database/database.js';
import { faultPoint } from '../faults/fault-point.js';
import { headersOf } from './answer.interceptor.js';
import { actionKeyOf, keepAnswer, stillRunning, takeKey, withoutSecrets } from './idempotency.js';
import type { ActionKey, KeptAnswer, SecretDigest } from './idempotency.js';
import { problemOf } from './problem.js';
import { refusalOf } from './refusal.js';
import { writesKey, type EdgeRequest, type WriteOptions } from './route.js';
import { BodyInvalid } from './validation.js';

/** How long a repeated request waits in this process for the first one. */
const repeatTimeoutMs = 5_000;

/** Whether a refusal is final for its key: state, time or other rows decide it. An invalid body leaves the key free. */
const isFinal = (error: unknown): error is DomainError =>
  error instanceof DomainError &&
  (error.kind === 'conflict' || error.kind === 'invalid') &&
  !(error instanceof BodyInvalid) &&
  error.code !== 'idempotency.key_reused';

/** A request with a key. */
interface KeyedWrite {
  readonly action: ActionKey;
  readonly secretFields: readonly string[];
  readonly request: EdgeRequest;
  readonly reply: FastifyReply;
  readonly effect: (tx: Tx) => Promise<unknown>;
}

/** Opens the one transaction of a `@Writes()` route, and answers a repeated key with the first answer. */
export class WriteInterceptor implements NestInterceptor {
  /** Repeated requests wait for these, without a database connection. */
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(
    private readonly database: Database,
    private readonly secretDigest: () => SecretDigest,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options =
      context.getType() === 'http' ? (Reflect.getMetadata(writesKey, context.getHandler()) as WriteOptions | undefined) : undefined;
    if (!options) return next.handle();
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const effect = (tx: Tx): Promise<unknown> => {
      request.tx = tx;
      return lastValueFrom(next.handle(), { defaultValue: undefined });
    };
    const { secretFields = [] } = options;
    const answer = actionKeyOf(request, options, this.secretDigest).then(action =>
      action ? this.once({ action, secretFields, request, reply, effect }) : this.committed(effect),
    );
    return from(answer);
  }

  private async once(write: KeyedWrite): Promise<unknown> {
    const { action, reply } = write;
    const actionId = `${action.principal} ${action.route} ${action.key}`;
    for (let end = Date.now() + repeatTimeoutMs, first = this.running.get(actionId); first; first = this.running.get(actionId)) {
      if (Date.now() > end) throw stillRunning();
      await first.catch(() => undefined);
    }
    const work = this.committed(tx => this.doOrRepeat(tx, write));
    this.running.set(actionId, work);
    try {
      const { kept, value, refusal } = await work;
      if (refusal !== undefined) throw refusal;
      if (!kept) return value;
      void reply.status(kept.status).headers({ ...kept.headers, 'idempotency-replayed': 'true' });
      return kept.body ?? undefined;
    } finally {
      this.running.delete(actionId);
    }
  }

  private async committed<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
    const result = await this.database.transaction(async tx => {
      const done = await work(tx);
      faultPoint('tx.beforeCommit');
      return done;
    });
    faultPoint('tx.afterCommit.beforeReply');
    return result;
  }

  private async doOrRepeat(
    tx: Tx,
    { action, secretFields, request, reply, effect }: KeyedWrite,
  ): Promise<{ kept?: KeptAnswer; value?: unknown; refusal?: DomainError }> {
    const kept = await takeKey(tx, action);
    if (kept) return { kept };
    await tx.query('SAVEPOINT effect');
    try {
      const value = await effect(tx);
      const headers: Record<string, string> = {
        'content-type': 'application/json; charset=utf-8',
        ...headersOf(request, reply.statusCode, value),
      };
      const body = value === undefined ? null : JSON.stringify(withoutSecrets(value, secretFields));
      await keepAnswer(tx, action, { status: reply.statusCode, headers, body });
      return { value };
    } catch (error) {
      if (!isFinal(error)) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT effect');
      await keepAnswer(tx, action, this.refused(error, request));
      return { refusal: error };
    }
  }

  private refused(error: DomainError, request: EdgeRequest): KeptAnswer {
    const refusal = refusalOf(error);
    const language = preferredLanguage(request.headers['accept-language']);
    const problem = problemOf(refusal, language, request.url, currentContext()?.requestId ?? request.id);
    return {
      status: refusal.status,
      headers: { 'content-type': 'application/problem+json', 'content-language': language },
      body: JSON.stringify(problem),
    };
  }
}
