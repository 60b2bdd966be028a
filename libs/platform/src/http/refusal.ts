import { DomainError } from '@ciep/kernel';
import { HttpException } from '@nestjs/common';
import { OutcomeUnknown } from '../database/database.js';
import { statusOf, type Refusal } from './problem.js';

const generic: Readonly<Record<number, { code: string; zh: string; en: string }>> = {
  400: { code: 'request.malformed', zh: '请求格式不正确。', en: 'The request could not be read.' },
  401: { code: 'token.missing', zh: '需要有效的访问令牌。', en: 'A valid access token is needed.' },
  403: { code: 'request.forbidden', zh: '不允许此操作。', en: 'This is not allowed.' },
  404: { code: 'route.not_found', zh: '没有此地址。', en: 'There is nothing at this address.' },
  405: { code: 'route.method_not_allowed', zh: '此地址不支持该方法。', en: 'This address does not support the method.' },
  408: { code: 'request.timeout', zh: '请求未及时发送完毕。', en: 'The request did not arrive in time.' },
  413: { code: 'body.too_large', zh: '请求内容过大。', en: 'The body is too large.' },
  414: { code: 'url.too_long', zh: '地址过长。', en: 'The address is too long.' },
  415: { code: 'body.type_unsupported', zh: '不支持此内容类型。', en: 'The content type of the body is not supported.' },
  417: { code: 'request.expectation_failed', zh: '不支持 Expect 请求头。', en: 'The Expect header is not supported.' },
  429: { code: 'request.too_many', zh: '请求过多，请稍后再试。', en: 'Too many requests; try again later.' },
  431: { code: 'header.too_large', zh: '请求头过大。', en: 'The request header is too large.' },
  503: { code: 'service.unavailable', zh: '服务暂不可用，请稍后再试。', en: 'Temporarily unavailable; try again soon.' },
};

const internal: Refusal = { status: 500, code: 'service.failed', text: { zh: '服务内部错误。', en: 'Something went wrong on our side.' } };

const ofStatus = (status: number, headers?: Record<string, string>): Refusal => {
  const { code, zh, en } = generic[status] ?? { code: 'request.refused', zh: '请求被拒绝。', en: 'The request was refused.' };
  return { status, code, text: { zh, en }, ...(headers && { headers }) };
};

/** The service cannot serve at the moment; nothing was done. */
export const unavailable: Refusal = ofStatus(503, { 'retry-after': '2' });

const busy: Refusal = {
  status: 409,
  code: 'resource.busy',
  text: { zh: '另一操作正在处理同一内容，请稍后重试。', en: 'Another request is working on the same thing; try again.' },
  headers: { 'retry-after': '1' },
};

const unknownOutcome: Refusal = {
  status: 503,
  code: 'outcome.unknown',
  text: {
    zh: '连接中断，无法确定操作是否完成；请用相同的 Idempotency-Key 重试。',
    en: 'The connection broke and the outcome is unknown; send it again with the same Idempotency-Key.',
  },
  headers: { 'retry-after': '1' },
};

/** Lock timeout: 55P03. Deadlock, serialisation failure, statement or transaction time-out: try again. */
const retryable = new Set([
  '40001',
  '40P01',
  '57014',
  '25P04',
  '57P01',
  '57P03',
  '53300',
  '08006',
  '08001',
  '08003',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
]);

function ofDatabase(error: Error): Refusal | undefined {
  const { code } = error as { code?: unknown };
  if (code === '55P03') return busy;
  if (typeof code === 'string' && retryable.has(code)) return ofStatus(503, { 'retry-after': '1' });
  if (/timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable/.test(error.message))
    return ofStatus(503, { 'retry-after': '1' });
  // A NUL byte, or text that is no valid UTF-8: PostgreSQL is the last to notice.
  if (code === '22021' || code === '22P05') return { ...ofStatus(400), code: 'text.invalid' };
  return undefined;
}

/** Any error as a refusal; what we do not know is a 500 without a word of it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) {
    const { kind, code, text, facts, fields } = error;
    const wait = facts['retryAfterSeconds'];
    return {
      status: statusOf[kind],
      code,
      text,
      facts,
      fields,
      ...(typeof wait === 'number' && { headers: { 'retry-after': String(wait) } }),
    };
  }
  if (error instanceof HttpRefusal) return error.refusal;
  if (error instanceof OutcomeUnknown) return unknownOutcome;
  if (error instanceof HttpException)
    return error.getStatus() < 500 ? ofStatus(error.getStatus()) : error.getStatus() === 503 ? ofStatus(503) : internal;
  if (!(error instanceof Error)) return internal;
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return ofStatus(statusCode);
  return ofDatabase(error) ?? internal;
}

/** A refusal by the HTTP edge itself: headers, preconditions, tokens. */
export class HttpRefusal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.name = 'HttpRefusal';
  }
}
