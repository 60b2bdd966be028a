import { DomainError } from '@ciep/kernel';
import { mostScans } from './agreement.rules.js';

export class TooManyScans extends DomainError {
  constructor() {
    super('conflict', 'agreement.too_many_scans', {
      zh: `最多可上传 ${mostScans} 份扫描件。`,
      en: `At most ${mostScans} scans can be uploaded.`,
    });
  }
}

export class DateInFuture extends DomainError {
  constructor(pointer: string) {
    const text = { zh: '日期不能晚于今天。', en: 'The date must not lie in the future.' };
    super('invalid', 'agreement.date_in_future', text, {}, [{ pointer, code: 'too_large', detail: text }]);
  }
}
