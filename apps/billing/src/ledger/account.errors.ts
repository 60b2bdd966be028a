import { DomainError } from '@ciep/kernel';

/** No account of ours has this number (docs/rules.md#our-accounts). */
export class AccountUnknown extends DomainError {
  constructor() {
    super('invalid', 'account.unknown', { zh: '该账号不是已配置的收款账户。', en: 'This is not the number of an account of ours.' }, {}, [
      { pointer: '/account', code: 'unknown', detail: { zh: '不是我方账户。', en: 'Not an account of ours.' } },
    ]);
  }
}
