import { DomainError, type LocalizedText } from '@ciep/kernel';

/** A password that may not be chosen. */
export abstract class PasswordRefused extends DomainError {
  protected constructor(code: string, fieldCode: string, text: LocalizedText) {
    super('invalid', code, text, {}, [{ pointer: '/password', code: fieldCode, detail: text }]);
  }
}

/** Its length is outside the limits. */
export class PasswordLengthWrong extends PasswordRefused {
  constructor() {
    super('password.length', 'wrong_length', {
      zh: '请设置 10 至 128 个字符的密码。',
      en: 'Choose a password of 10 to 128 characters.',
    });
  }
}

/** The password is one that attackers try first, or is close to what everybody knows about the person. */
export class PasswordTooCommon extends PasswordRefused {
  constructor() {
    super('password.too_common', 'too_common', {
      zh: '此密码太常见，或与您的邮箱、姓名、机构名称太接近，容易被猜到，请换一个。',
      en: 'This password is too easy to guess: it is a common one, or too close to your mail address or a name. Choose another.',
    });
  }
}

/** The present password is another one. `field` is where the body has it. */
export class PasswordWrong extends DomainError {
  constructor() {
    const text = { zh: '当前密码不正确。', en: 'The present password is wrong.' };
    super('invalid', 'password.wrong', text, {}, [{ pointer: '/currentPassword', code: 'wrong', detail: text }]);
  }
}

/** Programs have no password. */
export class PersonOnly extends DomainError {
  constructor() {
    super('forbidden', 'account.person_only', { zh: '此操作只能由登录的个人进行。', en: 'Only a person who is logged in can do this.' });
  }
}
