import { DomainError } from '@ciep/kernel';

/** The account has this address already. */
export class MailUnchanged extends DomainError {
  constructor() {
    const text = { zh: '这已是您账号的邮箱。', en: 'This is the mail address of your account already.' };
    super('invalid', 'mail_change.unchanged', text, {}, [{ pointer: '/mail', code: 'unchanged', detail: text }]);
  }
}

/** Another account has the address. Shown only to the holder of the link. */
export class MailTaken extends DomainError {
  constructor() {
    super('conflict', 'mail_change.taken', {
      zh: '该邮箱已有另一个账号，邮箱未更改。',
      en: 'Another account has this mail address already; nothing was changed.',
    });
  }
}

/** The change was withdrawn: the password changed since, or the account was closed. */
export class MailChangeWithdrawn extends DomainError {
  constructor() {
    super('gone', 'mail_change.withdrawn', {
      zh: '密码已更改或账号已注销，此次更改已取消；如仍需更改邮箱，请重新申请。',
      en: 'The password was changed or the account closed since, so this change was withdrawn; ask for it again if you need it.',
    });
  }
}
