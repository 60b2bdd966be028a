import { DomainError } from '@ciep/kernel';

/** Too many tries in too short a time. */
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
