import { DomainError } from '@ciep/kernel';

/** The caller saw another version than the current one. */
export class StaleVersion extends DomainError {
  constructor(current: number) {
    super(
      'stale',
      'resource.changed',
      { zh: '内容已被他人修改，请重新读取后再试。', en: 'It was changed by somebody else in the meantime; read it again and decide anew.' },
      { currentETag: `"${current}"` },
    );
  }
}
