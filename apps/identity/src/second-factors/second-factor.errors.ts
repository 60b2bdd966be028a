import { DomainError } from '@ciep/kernel';

/** The account has an active second factor; it is removed before another one is added. */
export class SecondFactorActive extends DomainError {
  constructor() {
    super('conflict', 'second_factor.active', {
      zh: '此账号已启用两步验证，请先停用后再重新设置。',
      en: 'This account has a second factor already; remove it before you add another one.',
    });
  }
}

/** The account has no second factor in the state that is needed. */
export class SecondFactorMissing extends DomainError {
  constructor() {
    super('conflict', 'second_factor.missing', {
      zh: '此账号没有已启用或等待确认的两步验证。',
      en: 'No second factor of this account is active, or waits for its first code.',
    });
  }
}

/** The code is wrong, too old, or was used before. */
export class SecondFactorWrong extends DomainError {
  constructor() {
    const text = { zh: '验证码不正确、已过期或已使用过。', en: 'The code is wrong, too old, or was used before.' };
    super('invalid', 'second_factor.wrong', text, {}, [{ pointer: '/code', code: 'wrong', detail: text }]);
  }
}
