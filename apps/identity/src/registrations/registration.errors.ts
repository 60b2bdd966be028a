import { DomainError } from '@ciep/kernel';

/** The link is unknown. */
export class LinkUnknown extends DomainError {
  constructor() {
    super('not_found', 'verification.not_found', { zh: '此链接无效。', en: 'This link is not valid.' });
  }
}

/** A link works once. */
export class LinkUsed extends DomainError {
  constructor() {
    super('gone', 'verification.used', { zh: '此链接已使用过，请直接登录。', en: 'This link has been used already; you can log in.' });
  }
}

/** The link has expired. */
export class LinkExpired extends DomainError {
  constructor() {
    super('gone', 'verification.expired', { zh: '此链接已过期，请重新获取。', en: 'This link has expired; ask for a new one.' });
  }
}

/** A newer link was mailed; only the newest works. */
export class LinkReplaced extends DomainError {
  constructor() {
    super('gone', 'verification.replaced', {
      zh: '已发送新的链接，请使用最新邮件中的链接。',
      en: 'A newer link has been mailed; use the one in the latest mail.',
    });
  }
}

/** A verified person registers an organisation or address that has an account. Shown only to the holder of the link. */
export class AlreadyRegistered extends DomainError {
  constructor() {
    super('conflict', 'organisation.already_registered', {
      zh: '该邮箱或该机构已有账号，请直接登录；如需加入机构，请联系机构管理员。',
      en: 'This address or this organisation has an account already: log in, or ask the administrator of your organisation.',
    });
  }
}

/** The platform already has an administrator, who can appoint others; an operator can force it. */
export class AdministratorExists extends DomainError {
  constructor() {
    super('conflict', 'administrator.exists', {
      zh: '平台已有其他管理员；如确需再添加一位，请使用 --force。',
      en: 'The platform has another administrator; to add one more, say --force.',
    });
  }
}
