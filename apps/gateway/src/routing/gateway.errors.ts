import type { Refusal } from '@ciep/platform';

// The gateway's own refusals: before a service was asked, or because none answered.

const tryAgainSoon = { 'retry-after': '2' };

export const routeUnknown: Refusal = {
  status: 404,
  code: 'route.not_found',
  text: { zh: '没有此地址；接口说明见 /docs。', en: 'There is nothing at this address; /docs shows what there is.' },
};

export const bodyTooLarge: Refusal = {
  status: 413,
  code: 'body.too_large',
  text: { zh: '请求内容超过此地址允许的大小。', en: 'The body is larger than this address takes.' },
};

export const lengthMalformed: Refusal = {
  status: 400,
  code: 'body.length_malformed',
  text: { zh: 'Content-Length 不是有效的数字。', en: 'Content-Length is not a valid number.' },
};

/** `policy` is a name from `RateLimit-Policy`. */
export const tooManyRequests = (policy: string, retryAfterSeconds: number): Refusal => ({
  status: 429,
  code: 'request.too_many',
  text: {
    zh: `请求过于频繁，请在 ${retryAfterSeconds} 秒后重试。`,
    en: `Too many requests; try again in ${retryAfterSeconds} seconds.`,
  },
  details: { policy, retryAfterSeconds },
  headers: { 'retry-after': String(retryAfterSeconds) },
});

export const serviceUnavailable: Refusal = {
  status: 503,
  code: 'service.unavailable',
  text: { zh: '服务暂时无法连接，请求未被处理，请稍后重试。', en: 'The service cannot be reached; nothing was done. Try again shortly.' },
  headers: tryAgainSoon,
};

export const answerBroken: Refusal = {
  status: 502,
  code: 'service.connection_lost',
  text: {
    zh: '与服务的连接在应答之前中断，请求可能已被处理；请使用相同的 Idempotency-Key 重试。',
    en: 'The connection broke before the service answered; the request may have been carried out. Repeat it with the same Idempotency-Key.',
  },
  headers: tryAgainSoon,
};

export const answerTooLate: Refusal = {
  status: 504,
  code: 'service.timeout',
  text: {
    zh: '服务未在规定时间内应答，请求可能已被处理；请使用相同的 Idempotency-Key 重试。',
    en: 'The service did not answer in time; the request may have been carried out. Repeat it with the same Idempotency-Key.',
  },
  headers: tryAgainSoon,
};

export const nothingKept: Refusal = {
  status: 504,
  code: 'answer.not_kept',
  text: {
    zh: '没有已保存的应答，而请求不允许（only-if-cached）向服务询问。',
    en: 'No answer is kept, and the request forbids asking the service (only-if-cached).',
  },
};
