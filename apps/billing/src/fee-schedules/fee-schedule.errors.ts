import { DomainError } from '@ciep/kernel';

export class FeeScheduleAlreadyPublished extends DomainError {
  constructor(feeScheduleId: string) {
    super(
      'conflict',
      'fee_schedule.already_published',
      { zh: '价目表已发布，不能再修改；请起草新版本。', en: 'A published fee schedule is never changed; draft a new version.' },
      { feeScheduleId },
    );
  }
}

export class FeeScheduleTakesEffectInThePast extends DomainError {
  constructor(inForceFrom: Date, inForceThenId: string) {
    super(
      'conflict',
      'fee_schedule.retroactive',
      {
        zh: '该时间已有生效的价目表，新版本不能追溯生效。',
        en: 'Another version was already in force at that past instant; a new version starts now or later.',
      },
      { inForceFrom: inForceFrom.toISOString(), feeScheduleId: inForceThenId },
    );
  }
}

export class FeeSchedulesStartTogether extends DomainError {
  constructor(inForceFrom: Date, feeScheduleId: string) {
    super(
      'conflict',
      'fee_schedule.start_taken',
      { zh: '该届次已有同一时间生效的价目表。', en: 'Another version for this edition starts at the same instant.' },
      { inForceFrom: inForceFrom.toISOString(), feeScheduleId },
    );
  }
}

export class BoothTypePricedTwice extends DomainError {
  constructor(boothType: string, index: number) {
    super(
      'invalid',
      'fee_schedule.line_repeated',
      { zh: '同一展位类型只能定价一次。', en: 'A booth type is priced once.' },
      { boothType },
      [{ pointer: `/lines/${index}/boothType`, code: 'repeated', detail: { zh: '展位类型重复。', en: 'This booth type appears twice.' } }],
    );
  }
}

/** No prices were published for the time of the approval; the invoice waits until they are (docs/rules.md#fee-schedule). */
export class NoFeeInForce extends DomainError {
  constructor(editionId: string, at: Date, boothType?: string) {
    super(
      'conflict',
      'fee_schedule.missing',
      {
        zh: '该时间没有生效的展位价目表。',
        en: 'No published fee schedule was in force that prices this booth; publish one, then replay the event.',
      },
      { editionId, at: at.toISOString(), ...(boothType ? { boothType } : {}) },
    );
  }
}
