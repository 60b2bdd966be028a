import { DomainError } from '@ciep/kernel';

/** An unknown code, or one of another organisation or edition: the answer does not distinguish them. */
export class WaiverUnknown extends DomainError {
  constructor() {
    super('conflict', 'waiver.unknown', { zh: '豁免码无效。', en: 'This waiver code is not valid.' });
  }
}

export class WaiverSpent extends DomainError {
  constructor(reason: 'used' | 'revoked' | 'expired') {
    const text = {
      used: { zh: '豁免码已被使用，每个豁免码只能使用一次。', en: 'This waiver code was used before; each works once.' },
      revoked: { zh: '豁免码已被撤销。', en: 'This waiver code was taken back.' },
      expired: { zh: '豁免码已过期。', en: 'This waiver code has expired.' },
    }[reason];
    super('conflict', `waiver.${reason}`, text);
  }
}

export class WaiverEndsInPast extends DomainError {
  constructor() {
    super('conflict', 'waiver.ends_in_past', { zh: '豁免码的有效期必须晚于当前时间。', en: 'A waiver must end in the future.' });
  }
}
