import type { FieldRefusal, Language, LocalizedText, RefusalKind } from '@ciep/kernel';

/** The body of every answer that is an error: `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly traceId: string;
  readonly errors: { pointer: string; code: string; detail: string }[];
  readonly [event: string]: unknown;
}

/** Why a request is refused, in both languages. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly text: LocalizedText;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly fields?: readonly FieldRefusal[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status of each kind of business refusal. */
export const statusOf: Readonly<Record<RefusalKind, number>> = {
  invalid: 422,
  conflict: 409,
  forbidden: 403,
  not_found: 404,
  gone: 410,
  stale: 412,
  too_many: 429,
  unavailable: 503,
};

const titles: Readonly<Record<number, LocalizedText>> = {
  400: { zh: '请求无法理解', en: 'The request is malformed' },
  401: { zh: '需要登录', en: 'Authentication is required' },
  403: { zh: '没有权限', en: 'Not allowed' },
  404: { zh: '未找到', en: 'Not found' },
  405: { zh: '方法不支持', en: 'Method not supported' },
  408: { zh: '请求超时', en: 'The request took too long' },
  409: { zh: '与当前状态冲突', en: 'In conflict with the present state' },
  410: { zh: '已失效', en: 'Gone' },
  412: { zh: '内容已变更', en: 'Changed in the meantime' },
  413: { zh: '内容过大', en: 'Too large' },
  414: { zh: '地址过长', en: 'The address is too long' },
  415: { zh: '不支持的内容类型', en: 'Content type not supported' },
  422: { zh: '内容有误', en: 'The content is not valid' },
  428: { zh: '缺少前提条件', en: 'A precondition is required' },
  429: { zh: '请求过多', en: 'Too many requests' },
  431: { zh: '请求头过大', en: 'The header is too large' },
  500: { zh: '内部错误', en: 'Internal error' },
  502: { zh: '上游服务出错', en: 'Bad gateway' },
  503: { zh: '服务暂不可用', en: 'Temporarily unavailable' },
  504: { zh: '上游服务超时', en: 'Gateway timeout' },
};

/** Limits the size of the answer; a longer list of faults helps nobody. */
const mostFields = 100;

/** Writes a refusal as a problem in one language. */
export function problemOf(refusal: Refusal, language: Language, instance: string, traceId: string): Problem {
  return {
    ...refusal.details,
    type: `urn:ciep:problem:${refusal.code}`,
    title: (titles[refusal.status] ?? titles[500])?.[language] ?? '',
    status: refusal.status,
    detail: refusal.text[language],
    instance: instance.split('?')[0] ?? '',
    code: refusal.code,
    traceId,
    errors: (refusal.fields ?? []).slice(0, mostFields).map(({ pointer, code, detail }) => ({ pointer, code, detail: detail[language] })),
  };
}
