import { Aggregate, chineseDate, DomainError, newId } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Application } from './application.entity.js';
import { applicationStatuses, openMoves, type ApplicationStatus, type CandidateBooth } from './application.rules.js';

const runs = 5_000;
const now = new Date('2023-03-01T09:00:00+08:00');
const later = new Date('2023-03-05T09:00:00+08:00');
const boardId = newId();
const form = {
  ...({ boardId, externalRef: null, areaType: 'enterprise', regionCode: '210000', exhibitorKind: 'enterprise' } as const),
  ...({ fasciaZh: '名称', fasciaEn: 'Name', exhibits: [], wishedBoothType: 'standard', wishedAreaDm2: 900 } as const),
  contact: { name: 'a', phone: '+86 24 5550 0100', mail: 'a@exhibitor.example' },
} as const;
const booths: readonly CandidateBooth[] = ['2A-101', '2A-102'].map(boothNumber => {
  const kind = { boothType: 'standard', areaDm2: 900, areaType: 'enterprise' } as const;
  return { ...kind, boothId: newId(), boothNumber, boardId };
});
const day = (number: number): string => `2023-03-${String(10 + number).padStart(2, '0')}`;

/** Every action of a person, and every effect of money and time; in every state each one has an effect, has none, or is refused. */
const events = {
  edit: (application: Application) => application.edit({ wishedAreaDm2: 1_800 }),
  submit: (application: Application) => application.submit('21-000001', false, now),
  withdraw: (application: Application) => application.withdraw(now),
  endorse: (application: Application) => application.endorse(now),
  overrideEndorsement: (application: Application) => application.overrideEndorsement('x', now),
  withdrawEndorsement: (application: Application) => application.withdrawEndorsement(now),
  return: (application: Application) => application.return([], later, now),
  reject: (application: Application) => application.reject('x', now),
  approve: (application: Application, n: number) => application.approve(booths[n % 2]!, newId(), day(n), now),
  swapBooth: (application: Application, n: number) => application.swapBooth(booths[n % 2]!, newId(), now),
  extendPayBy: (application: Application, n: number) => application.extendPayBy(day(n), now),
  release: (application: Application) => application.release('x', now),
  lapse: (application: Application, n: number) => application.lapse(day(n), now),
  notePaid: (application: Application) => application.notePaid(newId(), now),
  noteSealVerified: (application: Application) => application.noteSealVerified(now),
  reallocate: (application: Application) => application.reallocate(newId(), newId(), now),
};
type Event = keyof typeof events;
/** The shortest sequence to each state; random sequences rarely reach the late ones. */
const waysTo: Readonly<Record<ApplicationStatus, readonly Event[]>> = {
  draft: [],
  submitted: ['submit'],
  returned: ['submit', 'return'],
  approved: ['submit', 'endorse', 'approve'],
  confirmed: ['submit', 'endorse', 'approve', 'notePaid', 'noteSealVerified'],
  rejected: ['submit', 'reject'],
  withdrawn: ['withdraw'],
  released: ['submit', 'endorse', 'approve', 'release'],
};
const step = fc.tuple(fc.constantFrom(...(Object.keys(events) as Event[])), fc.nat(9));
const steps = fc
  .tuple(fc.constantFrom(...applicationStatuses), fc.array(step, { maxLength: 20, size: 'max' }))
  .map(([status, further]) => [...waysTo[status].map((event): [Event, number] => [event, 0]), ...further]);

/** The CHECK constraints of the table one by one, and conditions that no table can express. */
function fits(application: Application): Record<string, boolean> {
  const { status, endorsement, booth, payBy, isHandedIn, paidInvoiceId, sealVerifiedAt } = application;
  const holds = status === 'approved' || status === 'confirmed';
  return {
    handedIn: isHandedIn === (application.number !== null) && isHandedIn === (application.submittedAt !== null),
    beforeHandIn: isHandedIn || status === 'draft' || status === 'withdrawn',
    override: endorsement !== 'override' || application.endorsementReason !== null,
    ended: !['rejected', 'withdrawn', 'released'].includes(status) || endorsement === null,
    endorsedWhileHeld: !holds || endorsement !== null,
    returned: status !== 'returned' || application.correctBy !== null,
    rejected: status !== 'rejected' || application.rejectionReason !== null,
    released: (status === 'released') === (application.releaseReason !== null) && !(status === 'released' && paidInvoiceId !== null),
    booth: !(holds || status === 'released') || (booth !== null && payBy !== null && payBy >= chineseDate(now)),
    confirmed: (status === 'confirmed') === (holds && paidInvoiceId !== null && sealVerifiedAt !== null),
    timeline: application.timeline.at(-1)?.status === status,
    moves: (['applicant', 'partner', 'organizer'] as const).every(side => Array.isArray(openMoves(side, application))),
  };
}

function wrongs(
  way: readonly (readonly [Event, number])[],
  take: (application: Application, event: Event, n: number) => unknown,
): string[] {
  const application = Application.draft(newId(), newId(), form, now);
  for (const [event, n] of way) {
    // Values are replaced, never mutated, so this is a complete copy.
    const before = { ...application };
    try {
      take(application, event, n);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Rolls back like the transaction, including recorded events.
      Object.assign(application, before);
    }
    Aggregate.takeEvents(application);
    const unfit = Object.entries(fits(application)).flatMap(([name, fit]) => (fit ? [] : [`${name} after ${event}`]));
    if (unfit.length > 0) return unfit;
  }
  return [];
}
const asItIs = (application: Application, event: Event, n: number): unknown => events[event](application, n);

describe('the life of an application', () => {
  it('fits its table after every sequence of events', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, way => {
        const watched = (application: Application, event: Event, n: number) => {
          seen.add(`${application.status} ${event}`);
          return asItIs(application, event, n);
        };
        expect(wrongs(way, watched)).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect(seen.size).toBe(applicationStatuses.length * Object.keys(events).length);
  });

  it('negative control: detects a release that keeps the payment', () => {
    const forgetful = (application: Application, event: Event, n: number): unknown => {
      const { paidInvoiceId } = application;
      const result = asItIs(application, event, n);
      return event === 'release' ? Object.assign(application, { paidInvoiceId }) : result;
    };
    const found = fc.check(
      fc.property(steps, way => wrongs(way, forgetful).length === 0),
      { numRuns: runs },
    );
    expect(found.failed).toBe(true);
  });
});
