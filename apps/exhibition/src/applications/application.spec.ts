import {
  applicationApproved,
  applicationBoothSwapped,
  applicationConfirmed,
  applicationEndorsed,
  applicationEndorsementWithdrawn,
  applicationPayByExtended,
  applicationReallocated,
  applicationReallocationRefused,
  applicationRejected,
  applicationReleased,
  applicationReturned,
  applicationSubmitted,
  applicationWithdrawn,
} from '@ciep/contracts';
import { Aggregate, newId, WrongState } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { Application } from './application.entity.js';
import {
  AlreadyEndorsed,
  BoothUnsuitable,
  CorrectionTimePast,
  EndorsedByOverride,
  EndorsementBinds,
  NeedsNoEndorsement,
  NotEndorsed,
  NothingToWithdraw,
  PayByTooEarly,
} from './application.errors.js';
import { applicationStatuses, openMoves, type ApplicationStatus, type CandidateBooth } from './application.rules.js';

const now = new Date('2023-03-01T09:00:00+08:00');
const later = new Date('2023-03-05T09:00:00+08:00');
const boardId = newId();
const invoiceId = newId();

const form = {
  boardId,
  externalRef: null,
  areaType: 'enterprise',
  regionCode: '210000',
  exhibitorKind: 'enterprise',
  fasciaZh: '名称',
  fasciaEn: 'Name',
  exhibits: [],
  contact: { name: 'a', phone: '+86 24 5550 0100', mail: 'a@exhibitor.example' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
} as const;
const booth = (overrides: Partial<CandidateBooth> = {}): CandidateBooth => ({
  boothId: newId(),
  boothNumber: '2A-101',
  boothType: 'standard',
  areaDm2: 900,
  areaType: 'enterprise',
  boardId,
  ...overrides,
});

/** Brings an application to a state by the shortest sequence and drops the events on the way. */
function at(status: ApplicationStatus): Application {
  const application = Application.draft(newId(), newId(), form, now);
  const hold = () => {
    application.endorse(now);
    application.approve(booth(), newId(), '2023-03-15', now);
  };
  const ways: Record<ApplicationStatus, () => void> = {
    draft: () => undefined,
    submitted: () => undefined,
    returned: () => application.return([{ pointer: '/contact', text: 'x' }], later, now),
    approved: hold,
    confirmed: () => {
      hold();
      application.noteSealVerified(now);
      application.notePaid(invoiceId, now);
    },
    rejected: () => void application.reject('x', now),
    withdrawn: () => void application.withdraw(now),
    released: () => {
      hold();
      application.lapse('2023-03-15', now);
    },
  };
  if (status !== 'draft') application.submit('21-000001', false, now);
  ways[status]();
  Aggregate.takeEvents(application);
  return application;
}

const events = (application: Application) => Aggregate.takeEvents(application).map(({ type }) => type);

type Verb = readonly [
  name: string,
  from: readonly ApplicationStatus[],
  to: ApplicationStatus | 'same',
  event: string | null,
  act: (application: Application) => unknown,
];

const verbs: readonly Verb[] = [
  ['edit', ['draft', 'returned'], 'same', null, application => application.edit({ wishedAreaDm2: 1_800 })],
  ['submit', ['draft', 'returned'], 'submitted', applicationSubmitted.type, application => application.submit('21-000001', false, now)],
  [
    'withdraw',
    ['draft', 'submitted', 'returned', 'approved', 'confirmed'],
    'withdrawn',
    applicationWithdrawn.type,
    application => application.withdraw(now),
  ],
  ['endorse', ['submitted'], 'same', applicationEndorsed.type, application => application.endorse(now)],
  ['override_endorsement', ['submitted'], 'same', applicationEndorsed.type, application => application.overrideEndorsement('x', now)],
  ['return', ['submitted'], 'returned', applicationReturned.type, application => application.return([], later, now)],
  ['reject', ['submitted', 'returned'], 'rejected', applicationRejected.type, application => application.reject('x', now)],
  ['swap_booth', ['approved'], 'same', applicationBoothSwapped.type, application => application.swapBooth(booth(), newId(), now)],
  ['extend_pay_by', ['approved'], 'same', applicationPayByExtended.type, application => application.extendPayBy('2023-03-20', now)],
  ['release', ['approved', 'confirmed'], 'released', applicationReleased.type, application => application.release('x', now)],
  ['reallocate', ['released'], 'approved', applicationReallocated.type, application => application.reallocate(invoiceId, newId(), now)],
];

describe.each(verbs)('%s', (name, from, to, event, act) => {
  it.each(applicationStatuses.filter(status => from.includes(status)))('is possible from %s', status => {
    const application = at(status);
    act(application);
    expect(application.status).toBe(to === 'same' ? status : to);
    const isSilent = event === null || (name === 'withdraw' && status === 'draft');
    expect(events(application)).toEqual(isSilent ? [] : [event]);
  });

  it.each(applicationStatuses.filter(status => !from.includes(status)))('is refused from %s, and changes nothing', status => {
    const application = at(status);
    const before = JSON.stringify(application);
    expect(() => act(application)).toThrow(WrongState);
    expect(JSON.stringify(application)).toBe(before);
    expect(events(application)).toEqual([]);
  });
});

describe('approve', () => {
  const endorsed = () => {
    const application = at('submitted');
    application.endorse(now);
    Aggregate.takeEvents(application);
    return application;
  };

  it('takes the booth and sets the payment deadline', () => {
    const application = endorsed();
    const candidate = booth();
    const allocationId = newId();
    application.approve(candidate, allocationId, '2023-03-15', now);
    const { boothId, boothNumber, boothType, areaDm2 } = candidate;
    expect(application).toMatchObject({
      status: 'approved',
      payBy: '2023-03-15',
      booth: { allocationId, boothId, boothNumber, boothType, areaDm2 },
    });
    expect(events(application)).toEqual([applicationApproved.type]);
  });

  it.each(applicationStatuses.filter(status => status !== 'submitted'))('is refused from %s', status => {
    expect(() => at(status).approve(booth(), newId(), '2023-03-15', now)).toThrow(WrongState);
  });

  it('needs the endorsement of a region, or an override', () => {
    expect(() => at('submitted').approve(booth(), newId(), '2023-03-15', now)).toThrow(NotEndorsed);
    const overridden = at('submitted');
    overridden.overrideEndorsement('x', now);
    overridden.approve(booth(), newId(), '2023-03-15', now);
    expect(overridden).toMatchObject({ status: 'approved', endorsement: 'override' });
  });

  it('needs none for the government area, nor on a board without regions', () => {
    for (const fields of [{ areaType: 'government' }, { areaType: 'general', regionCode: null }] as const) {
      const application = Application.draft(newId(), newId(), { ...form, ...fields }, now);
      application.submit('21-000002', false, now);
      application.approve(booth({ areaType: fields.areaType }), newId(), '2023-03-15', now);
      expect(application.status).toBe('approved');
    }
  });

  it.each([
    ['other_board', { boardId: newId() }],
    ['other_area', { areaType: 'government' }],
  ] as const)('refuses a booth: %s', (reason, overrides) => {
    expect(() => endorsed().approve(booth(overrides), newId(), '2023-03-15', now)).toThrow(`booth.${reason}`);
  });

  it('counts the payment deadline in Chinese days', () => {
    const midnight = new Date('2023-03-02T00:00:00+08:00');
    expect(() => endorsed().approve(booth(), newId(), '2023-03-01', midnight)).toThrow(PayByTooEarly);
    endorsed().approve(booth(), newId(), '2023-03-02', midnight);
  });
});

describe('an endorsement', () => {
  it('takes one place, once', () => {
    const application = at('submitted');
    expect(application.endorse(now)).toEqual({ editionId: application.editionId, regionCode: '210000' });
    expect(() => application.endorse(now)).toThrow(AlreadyEndorsed);
    expect(() => application.overrideEndorsement('x', now)).toThrow(AlreadyEndorsed);
  });

  it('can be withdrawn by the region until a booth is allocated', () => {
    const application = at('submitted');
    expect(() => application.withdrawEndorsement(now)).toThrow(NothingToWithdraw);
    application.endorse(now);
    application.return([], later, now);
    Aggregate.takeEvents(application);
    application.withdrawEndorsement(now);
    expect([application.endorsement, events(application)]).toEqual([null, [applicationEndorsementWithdrawn.type]]);
    expect(() => at('approved').withdrawEndorsement(now)).toThrow(WrongState);
  });

  it('by override cannot be withdrawn by the region', () => {
    const application = at('submitted');
    application.overrideEndorsement('x', now);
    expect(() => application.withdrawEndorsement(now)).toThrow(EndorsedByOverride);
  });

  it('requires an enterprise on a regional board', () => {
    const application = Application.draft(newId(), newId(), { ...form, areaType: 'government' }, now);
    application.submit('21-000003', false, now);
    expect(() => application.endorse(now)).toThrow(NeedsNoEndorsement);
  });

  it('survives a return and fixes board, area and region', () => {
    const application = at('submitted');
    application.endorse(now);
    application.return([], later, now);
    expect(application.endorsement).toBe('region');
    for (const changes of [{ boardId: newId() }, { regionCode: '220000' }, { areaType: 'government' }] as const) {
      expect(() => application.edit(changes)).toThrow(EndorsementBinds);
      Object.assign(application, form);
    }
    application.edit({ wishedAreaDm2: 100 });
    expect(application.wishedAreaDm2).toBe(100);
  });

  it.each([
    ['withdraw', (application: Application) => application.withdraw(now)],
    ['reject', (application: Application) => application.reject('x', now)],
  ])('is given up by %s', (_, act) => {
    const application = at('submitted');
    application.endorse(now);
    expect(act(application)).toMatchObject({ endorsement: 'region', regionCode: '210000', hasBooth: false });
    expect(application.endorsement).toBeNull();
  });

  it('is given up with the booth by a release', () => {
    expect(at('approved').release('x', now)).toMatchObject({ endorsement: 'region', hasBooth: true });
  });
});

describe('a correction', () => {
  it('can be submitted until its deadline, which must be in the future', () => {
    expect(() => at('submitted').return([], now, now)).toThrow(CorrectionTimePast);
    const application = at('returned');
    expect(application.mayStillBeCorrected(new Date(later.getTime() - 1))).toBe(true);
    expect(application.mayStillBeCorrected(later)).toBe(false);
    application.submit('other', false, now);
    expect(application).toMatchObject({ number: '21-000001', corrections: [], correctBy: null });
    expect(application.mayStillBeCorrected(now)).toBe(false);
  });

  it('stays late if the first submission was late', () => {
    const application = Application.draft(newId(), newId(), form, now);
    application.submit('21-000004', true, now);
    application.return([], later, now);
    application.submit('21-000004', false, now);
    expect(application.isLate).toBe(true);
  });
});

describe('swapping', () => {
  it.each([
    ['other_board', { boardId: newId() }],
    ['other_area', { areaType: 'government' }],
    ['other_type', { boothType: 'corner' }],
    ['other_size', { areaDm2: 1_800 }],
  ] as const)('refuses a booth: %s', (reason, overrides) => {
    expect(() => at('approved').swapBooth(booth(overrides), newId(), now)).toThrow(`booth.${reason}`);
  });

  it('refuses the same booth, and voids a verified seal', () => {
    const application = at('approved');
    expect(() => application.swapBooth(booth({ boothId: application.booth?.boothId ?? '' }), newId(), now)).toThrow(BoothUnsuitable);
    application.noteSealVerified(now);
    application.swapBooth(booth(), newId(), now);
    expect(application.sealVerifiedAt).toBeNull();
  });
});

describe('time to pay', () => {
  it('can only be extended, and not into the past', () => {
    const application = at('approved');
    expect(() => application.extendPayBy('2023-03-15', now)).toThrow(PayByTooEarly);
    expect(() => application.extendPayBy('2023-03-16', new Date('2023-03-20T00:00:00+08:00'))).toThrow(PayByTooEarly);
    application.extendPayBy('2023-03-16', now);
    expect(application.payBy).toBe('2023-03-16');
  });
});

describe('seal and money', () => {
  it.each([
    ['seal first', (application: Application) => [() => application.noteSealVerified(now), () => application.notePaid(invoiceId, now)]],
    ['money first', (application: Application) => [() => application.notePaid(invoiceId, now), () => application.noteSealVerified(now)]],
  ])('confirm in either order: %s', (_, steps) => {
    const application = at('approved');
    const [first, second] = steps(application);
    first?.();
    expect([application.status, events(application)]).toEqual(['approved', []]);
    second?.();
    expect([application.status, events(application)]).toEqual(['confirmed', [applicationConfirmed.type]]);
    first?.();
    second?.();
    expect([application.status, events(application)]).toEqual(['confirmed', []]);
  });

  it.each(applicationStatuses.filter(status => status !== 'approved'))('change nothing in %s', status => {
    const application = at(status);
    const before = JSON.stringify(application);
    application.notePaid(newId(), later);
    application.noteSealVerified(later);
    expect(application.lapse('2023-12-31', later)).toBeUndefined();
    expect([JSON.stringify(application), events(application)]).toEqual([before, []]);
  });
});

describe('an overdue invoice', () => {
  it('frees the booth unless it is paid or was extended', () => {
    const paid = at('approved');
    paid.notePaid(invoiceId, now);
    expect(paid.lapse('2023-03-15', now)).toBeUndefined();
    const extended = at('approved');
    extended.extendPayBy('2023-03-20', now);
    expect(extended.lapse('2023-03-15', now)).toBeUndefined();
    expect(extended.lapse('2023-03-20', now)).toMatchObject({ hasBooth: true });
    expect(extended).toMatchObject({ status: 'released', releaseReason: 'overdue' });
  });
});

describe('money after the release', () => {
  it('restores booth and endorsement, and confirms if the seal was verified', () => {
    const application = at('approved');
    application.noteSealVerified(now);
    application.lapse('2023-03-15', now);
    Aggregate.takeEvents(application);
    const allocationId = newId();
    application.reallocate(invoiceId, allocationId, now);
    expect(application).toMatchObject({
      status: 'confirmed',
      endorsement: 'region',
      paidInvoiceId: invoiceId,
      releaseReason: null,
      booth: { allocationId },
    });
    expect(events(application)).toEqual([applicationReallocated.type, applicationConfirmed.type]);
  });

  it('keeps an override', () => {
    const application = at('submitted');
    application.overrideEndorsement('x', now);
    application.approve(booth(), newId(), '2023-03-15', now);
    application.release('x', now);
    application.reallocate(invoiceId, newId(), now);
    expect(application.endorsement).toBe('override');
  });

  it('is refused with a code that billing knows', () => {
    const application = at('released');
    application.refuseReallocation(invoiceId, now);
    expect([application.status, events(application)]).toEqual(['released', [applicationReallocationRefused.type]]);
  });
});

describe('allowed actions', () => {
  const moves = (status: ApplicationStatus, endorsement: 'region' | 'override' | null = null) =>
    (['applicant', 'partner', 'organizer'] as const).map(side =>
      openMoves(side, { status, areaType: 'enterprise', regionCode: '210000', endorsement }).join(' '),
    );

  it.each([
    ['draft', null, ['edit submit withdraw', '', '']],
    ['submitted', null, ['withdraw', 'endorse', 'return reject override_endorsement']],
    ['submitted', 'region', ['withdraw', 'withdraw_endorsement', 'return reject approve']],
    ['submitted', 'override', ['withdraw', '', 'return reject approve']],
    ['returned', 'region', ['edit submit withdraw', 'withdraw_endorsement', 'reject']],
    ['approved', 'region', ['withdraw', '', 'swap_booth extend_pay_by release']],
    ['confirmed', 'region', ['withdraw', '', 'release']],
    ['rejected', null, ['', '', '']],
    ['withdrawn', null, ['', '', '']],
    ['released', null, ['', '', '']],
  ] as const)('of %s, endorsed by %s', (status, endorsement, expected) => {
    expect(moves(status, endorsement)).toEqual(expected);
  });
});
