import { DomainError, type FieldRefusal } from '@ciep/kernel';

/** Fields are missing or invalid; all of them are listed. */
export class ApplicationIncomplete extends DomainError {
  constructor(fields: readonly FieldRefusal[]) {
    super(
      'invalid',
      'application.incomplete',
      {
        zh: '申请内容不完整或不符合所选展区，请按列出的各项修改。',
        en: 'The application is not complete or does not fit its board; everything is listed.',
      },
      {},
      fields,
    );
  }
}

/** A field of the body refers to something that does not exist there. */
export class UnknownReference extends DomainError {
  constructor(pointer: string) {
    super('invalid', 'body.invalid', { zh: '提交的内容有误，请按字段提示修改。', en: 'Some fields are not right; each is listed.' }, {}, [
      { pointer, code: 'unknown', detail: { zh: '所指内容不存在。', en: 'There is nothing with this id.' } },
    ]);
  }
}

export class DeadlinePassed extends DomainError {
  constructor(deadline: Date) {
    super(
      'conflict',
      'application.deadline_passed',
      {
        zh: '报名截止日期已过，逾期原则上不再受理。',
        en: 'The deadline for applications has passed; later ones are in principle not accepted.',
      },
      { deadline: deadline.toISOString() },
    );
  }
}

export class ApplicationsNotOpen extends DomainError {
  constructor() {
    super('conflict', 'application.not_open', { zh: '本届尚未开放展位申请。', en: 'This edition does not take booth applications.' });
  }
}

export class OrganisationNotActivated extends DomainError {
  constructor() {
    super('conflict', 'organisation.not_activated', {
      zh: '机构尚未激活，请先打开邮件中的链接完成验证。',
      en: 'The organisation is not activated yet; open the link in the mail first.',
    });
  }
}

export class ExternalRefTaken extends DomainError {
  constructor(externalRef: string) {
    super(
      'conflict',
      'application.external_ref_taken',
      { zh: '本机构已有使用此外部编号的申请。', en: 'Another application of this organisation has this external reference.' },
      { externalRef },
    );
  }
}

export class NeedsNoEndorsement extends DomainError {
  constructor() {
    super('conflict', 'application.needs_no_endorsement', {
      zh: '只有区域板块企业区域的申请需要推荐。',
      en: 'Only applications for the enterprise area of a regional board are endorsed.',
    });
  }
}

export class AlreadyEndorsed extends DomainError {
  constructor(by: string) {
    super(
      'conflict',
      'application.already_endorsed',
      { zh: '该申请已获推荐。', en: 'The application is endorsed already.' },
      { endorsedBy: by },
    );
  }
}

export class NotEndorsed extends DomainError {
  constructor() {
    super('conflict', 'application.not_endorsed', {
      zh: '区域板块企业区域的申请须先由所在地区推荐。',
      en: 'An application for the enterprise area of a regional board needs the endorsement of its region first.',
    });
  }
}

export class NothingToWithdraw extends DomainError {
  constructor() {
    super('conflict', 'application.not_endorsed', { zh: '该申请尚未获推荐。', en: 'The application is not endorsed.' });
  }
}

export class EndorsementBinds extends DomainError {
  constructor() {
    super('conflict', 'application.endorsement_binds', {
      zh: '申请已获推荐，板块、区域类型和地区不能再更改。',
      en: 'The application is endorsed for its board, area and region; these cannot be changed any more.',
    });
  }
}

export class EndorsedByOverride extends DomainError {
  constructor() {
    super('conflict', 'application.endorsed_by_override', {
      zh: '该推荐由组委会直接作出，地区不能撤回。',
      en: 'The organizer endorsed this application itself; the region cannot take that back.',
    });
  }
}

export class CorrectionTimePast extends DomainError {
  constructor() {
    super('conflict', 'application.correct_by_past', {
      zh: '更正期限必须晚于当前时间。',
      en: 'The time to correct must lie in the future.',
    });
  }
}

export class PayByTooEarly extends DomainError {
  constructor(earliest: string) {
    super(
      'conflict',
      'application.pay_by_too_early',
      { zh: `付款期限不得早于 ${earliest}。`, en: `The day to pay by must not be before ${earliest}.` },
      { earliest },
    );
  }
}

/** A booth is paid for before the edition starts (docs/rules.md#last-day-to-pay). */
export class PayByTooLate extends DomainError {
  constructor(latest: string) {
    super(
      'conflict',
      'application.pay_by_too_late',
      {
        zh: `付款期限不得晚于大会开幕前一日（${latest}）。`,
        en: `The day to pay by must not be after ${latest}, the day before the edition starts.`,
      },
      { latest },
    );
  }
}

export class BoothUnsuitable extends DomainError {
  constructor(reason: 'other_board' | 'other_area' | 'other_type' | 'other_size' | 'not_available' | 'changed' | 'same') {
    const text = {
      other_board: { zh: '该展位不在所申请的板块。', en: 'The booth is not on the board that was applied for.' },
      other_area: { zh: '该展位的区域类型与申请不符。', en: 'The booth lies in another kind of area than was applied for.' },
      other_type: { zh: '只能更换为同类型的展位。', en: 'A booth can be exchanged only for one of the same type.' },
      other_size: { zh: '只能更换为同面积的展位。', en: 'A booth can be exchanged only for one of the same size.' },
      not_available: { zh: '该展位不可分配。', en: 'The booth is not to be allocated.' },
      changed: {
        zh: '该展位的信息刚刚变更，请重新读取后再决定。',
        en: 'The booth has just been changed; read it again and decide anew.',
      },
      same: { zh: '申请已分配该展位。', en: 'The application has this very booth.' },
    }[reason];
    super('conflict', `booth.${reason}`, text);
  }
}
