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

/** The refusal that a status alone means. */
export const refusalOfStatus = (status: number, headers?: Record<string, string>): Refusal => {
  const { code, zh, en } = generic[status] ?? { code: 'request.refused', zh: '请求被拒绝。', en: 'The request was refused.' };
  return { status, code, text: { zh, en }, ...(headers && { headers }) };
};

/** The service cannot serve at the moment; nothing was done. */
export const unavailable: Refusal = refusalOfStatus(503, { 'retry-after': '2' });

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

/**
 * Of PostgreSQL: a broken connection (08), no disk, memory or connection left (53), ended or not there yet (57P), failing files (58);
 * deadlock, serialisation failure, statement or transaction time-out. Of the system: nobody there, no disk or files left.
 */
const retryable =
  /^(?:(?:08|53|58)\w{3}|57P\d\d|40001|40P01|57014|25P04|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOSPC|EDQUOT|EROFS|EIO|EMFILE|ENFILE)$/;

function ofResource(error: Error): Refusal | undefined {
  const { code } = error as { code?: unknown };
  if (code === '55P03') return busy; // lock timeout
  if (typeof code === 'string' && retryable.test(code)) return refusalOfStatus(503, { 'retry-after': '1' });
  if (/timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable/.test(error.message))
    return refusalOfStatus(503, { 'retry-after': '1' });
  return isDataError(error) ? dataRefused : undefined;
}

const dataRefused: Refusal = {
  status: 400,
  code: 'value.refused',
  text: { zh: '请求中含有无法处理的值。', en: 'A value of the request cannot be dealt with.' },
};

/**
 * Whether PostgreSQL refused a value (class 22: out of range, not UTF-8, no such date; 54000: too long for an index). It is the last to
 * notice: the check that ought to have refused it before is missing.
 */
export function isDataError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^(?:22[0-9A-Z]{3}|54000)$/.test(code);
}

/** Any error as a refusal; what we do not know is a 500 without a word of it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) {
    const { kind, code, text, details, fields } = error;
    const wait = details['retryAfterSeconds'];
    return {
      status: statusOf[kind],
      code,
      text,
      details,
      fields,
      ...(typeof wait === 'number' && { headers: { 'retry-after': String(wait) } }),
    };
  }
  if (error instanceof HttpRefusal) return error.refusal;
  if (error instanceof OutcomeUnknown) return unknownOutcome;
  if (error instanceof HttpException)
    return error.getStatus() < 500 ? refusalOfStatus(error.getStatus()) : error.getStatus() === 503 ? refusalOfStatus(503) : internal;
  if (!(error instanceof Error)) return internal;
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return refusalOfStatus(statusCode);
  return ofResource(error) ?? internal;
}

/** A refusal by the HTTP edge itself: headers, preconditions, tokens. */
export class HttpRefusal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.name = 'HttpRefusal';
  }
}
