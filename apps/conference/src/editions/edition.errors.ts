import { DomainError } from '@ciep/kernel';

/** An ordinal belongs to one edition. */
export class OrdinalTaken extends DomainError {
  constructor(ordinal: number) {
    super(
      'conflict',
      'edition.ordinal_taken',
      { zh: `第${ordinal}届已存在。`, en: `There already is an edition number ${ordinal}.` },
      { ordinal },
    );
  }
}

/** Codes appear in URLs, so each is unique. */
export class CodeTaken extends DomainError {
  constructor(code: string) {
    super('conflict', 'edition.code_taken', { zh: `代码“${code}”已被使用。`, en: `The code "${code}" is in use.` }, { editionCode: code });
  }
}

/** Other people link to a published code. */
export class CodeFixed extends DomainError {
  constructor(code: string) {
    super(
      'conflict',
      'edition.code_fixed',
      { zh: '已发布届次的代码不能更改。', en: 'The code of a published edition cannot be changed.' },
      { editionCode: code },
    );
  }
}

/** The demo edition is not counted among the real ones. */
export class DemoIsNotCounted extends DomainError {
  constructor() {
    super('conflict', 'edition.demo_not_counted', { zh: '演示届次不计入届数。', en: 'The demo edition has no number of its own.' });
  }
}

/** It is already public. */
export class AlreadyPublished extends DomainError {
  constructor(id: string) {
    super('conflict', 'edition.already_published', { zh: '该届次已经发布。', en: 'The edition has been published already.' }, { id });
  }
}

/** It would end before it starts. */
export class EndsBeforeItStarts extends DomainError {
  constructor() {
    const detail = { zh: '结束日期不能早于开始日期。', en: 'The last day cannot be before the first day.' };
    super('invalid', 'edition.dates_reversed', detail, {}, [{ pointer: '/endsOn', code: 'too_early', detail }]);
  }
}

/** `current` is the address of the current edition. */
export class CodeReserved extends DomainError {
  constructor(code: string) {
    const detail = { zh: `代码“${code}”为保留字。`, en: `The code "${code}" is reserved.` };
    super('invalid', 'edition.code_reserved', detail, {}, [{ pointer: '/code', code: 'not_allowed', detail }]);
  }
}

/** Events and answers have the years 1 to 9999 only; a copied edition could leave them. */
export class DatesOutOfRange extends DomainError {
  constructor() {
    const detail = { zh: '日期须在公元1年至9999年之间。', en: 'All dates have to lie in the years 1 to 9999.' };
    super('invalid', 'edition.dates_out_of_range', detail, {}, [{ pointer: '/startsOn', code: 'out_of_range', detail }]);
  }
}
