import { DomainError } from '@ciep/kernel';
import { HttpRefusal } from '@ciep/platform';

/** Too often in too short a time. */
export class TooManyTries extends DomainError {
  constructor(readonly retryAfterSeconds: number) {
    super(
      'too_many',
      'request.too_many',
      { zh: `请求过于频繁，请在 ${retryAfterSeconds} 秒后重试。`, en: `Too many requests; try again in ${retryAfterSeconds} seconds.` },
      { retryAfterSeconds },
    );
  }
}

/** More passwords wait to be checked than are worth waiting for. */
export class TooBusy extends HttpRefusal {
  constructor() {
    super({
      status: 503,
      code: 'service.busy',
      text: { zh: '登录请求过多，请稍后再试。', en: 'Too many people are logging in; try again in a moment.' },
      headers: { 'retry-after': '2' },
    });
  }
}
