import { Aggregate } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { difference, positionOf, type Balances } from '../ledger/ledger.rules.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceNotPaidEnough, RefundExceedsCredit } from './invoice.errors.js';
import { priced, type Booth } from './invoice.rules.js';

const now = new Date('2023-03-01T01:00:00Z');
const later = new Date('2023-03-22T01:00:00Z');
const booth: Booth = { boothId: '01890a5d-b1a0-7c11-9e51-000000000001', boothNumber: '1A01', boothType: 'standard', areaDm2: 900 };
const other: Booth = { ...booth, boothId: '01890a5d-b1a0-7c11-9e51-000000000002', boothNumber: '2B07' };

/** 1,000 fen without tax, so that amounts are easy to read. */
const anInvoice = (): Invoice => {
  const invoice = Invoice.open(
    {
      number: 'CIEP-2023-000001',
      seriesYear: 2023,
      seriesNumber: 1,
      reference: 'RF1723000001',
      editionId: '01890a5d-b1a0-7c11-9e51-000000000010',
      applicationId: '01890a5d-b1a0-7c11-9e51-000000000011',
      applicationNumber: '21-000123',
      applicationVersion: 5,
      allocationId: '01890a5d-b1a0-7c11-9e51-000000000012',
      organisationId: '01890a5d-b1a0-7c11-9e51-000000000013',
      regionCode: '210000',
      booth,
      feeScheduleId: '01890a5d-b1a0-7c11-9e51-000000000014',
      taxBasisPoints: 0,
      lines: [priced(booth, { unit: 'booth', amount: 1_000 }, 0)],
      dueOn: '2023-03-20',
      graceDays: 3,
    },
    now,
  );
  Aggregate.takeEvents(invoice);
  return invoice;
};
const after = (change: (invoice: Invoice) => void, invoice = anInvoice()): [Invoice, string[]] => {
  change(invoice);
  return [invoice, Aggregate.takeEvents(invoice).map(({ type }) => type.replace('ciep.billing.invoice.', '').replace('.v1', ''))];
};
const reallocation = { allocationId: '01890a5d-b1a0-7c11-9e51-000000000099', booth: other, applicationVersion: 9 };

describe(Invoice.name, () => {
  it('becomes partly paid, then paid, then overpaid, and publishes paid once', () => {
    const [invoice, first] = after(it => it.receive(400, now));
    expect([invoice.status, invoice.outstanding, first]).toEqual(['partly_paid', 600, ['partly_paid']]);
    const [, second] = after(it => it.receive(599, now), invoice);
    expect([invoice.status, invoice.outstanding, second]).toEqual(['partly_paid', 1, ['partly_paid']]);
    const [, third] = after(it => it.receive(51, now), invoice);
    expect([invoice.status, invoice.outstanding, invoice.credit, third]).toEqual(['paid', 0, 50, ['paid', 'credit_held']]);
    const [, fourth] = after(it => it.receive(5, now), invoice);
    expect([invoice.status, invoice.credit, fourth]).toEqual(['paid', 55, ['credit_held']]);
  });

  it('moves the due date while unpaid, which ends the overdue state and schedules a new reminder', () => {
    const [invoice, overdue] = after(it => it.becomeOverdue(later));
    expect([invoice.overdueAt, overdue]).toEqual([later, ['overdue']]);
    const [, moved] = after(it => it.moveDueDate('2023-03-30', later), invoice);
    expect([invoice.dueOn, invoice.overdueAt, invoice.remindOn, moved]).toEqual(['2023-03-30', null, '2023-03-27', ['due_date_moved']]);
    expect(after(it => it.moveDueDate('2023-03-30', later), invoice)[1]).toEqual([]);
  });

  it('changes neither due date nor booth once it is paid or void', () => {
    for (const end of [(it: Invoice) => it.receive(1_000, now), (it: Invoice) => it.void('withdrawn', 7, now)]) {
      const [invoice] = after(end);
      const [, events] = after(it => {
        it.moveDueDate('2023-04-30', now);
        it.nameBooth(other);
      }, invoice);
      expect([invoice.dueOn, invoice.boothNumber, events]).toEqual(['2023-03-20', '1A01', []]);
    }
  });

  it('names another booth at the same price while unpaid', () => {
    const [invoice] = after(it => it.nameBooth(other));
    expect([invoice.boothId, invoice.boothNumber, invoice.gross, invoice.lines[0]?.text.en]).toEqual([
      other.boothId,
      '2B07',
      1_000,
      'Standard booth 2B07 (9 m²)',
    ]);
  });

  it.each(['withdrawn', 'rejected', 'organizer', 'overdue'] as const)('is void when %s, and holds a partial payment', reason => {
    const [invoice, events] = after(it => {
      it.receive(300, now);
      it.void(reason, 7, later);
    });
    expect([invoice.status, invoice.outstanding, invoice.credit, invoice.creditSince]).toEqual(['void', 0, 300, later]);
    expect(events).toEqual(['partly_paid', 'voided', 'credit_held']);
  });

  it.each(['withdrawn', 'rejected', 'organizer'] as const)('holds the whole amount when %s after payment', reason => {
    const [invoice, events] = after(it => {
      it.receive(1_000, now);
      it.void(reason, 7, later);
    });
    expect([invoice.credit, events]).toEqual([1_000, ['paid', 'voided', 'credit_held']]);
    // An overpayment does not request the booth that the organizer took back.
    expect(after(it => it.receive(1, later), invoice)[1]).toEqual(['credit_held']);
    expect(invoice.reallocation).toBe('none');
  });

  it('requests the booth when the payment crossed the overdue release', () => {
    const [invoice, events] = after(it => {
      it.receive(1_000, now);
      it.void('overdue', 7, later);
    });
    expect([invoice.reallocation, invoice.credit, events]).toEqual(['asked', 0, ['paid', 'voided', 'paid_after_void']]);
  });

  it.each(['overdue', 'organizer'] as const)('requests the booth once, when the whole amount arrives after the release (%s)', reason => {
    const [invoice, events] = after(it => {
      it.void(reason, 7, later);
      it.receive(999, later);
      it.receive(1, later);
      it.receive(70, later);
    });
    expect(events).toEqual(['voided', 'credit_held', 'paid_after_void', 'credit_held']);
    expect([invoice.reallocation, invoice.credit, invoice.held]).toEqual(['asked', 70, 1_070]);
  });

  it.each(['withdrawn', 'rejected'] as const)('never requests the booth of an application that was %s', reason => {
    const [invoice, events] = after(it => {
      it.void(reason, 7, later);
      it.receive(1_000, later);
    });
    expect([invoice.credit, events]).toEqual([1_000, ['voided', 'credit_held']]);
  });

  it('counts as paid again with the reallocated booth', () => {
    const [invoice, events] = after(it => {
      it.void('overdue', 7, later);
      it.receive(1_020, later);
      it.reinstate(reallocation, later);
    });
    expect(events).toEqual(['voided', 'paid_after_void', 'credit_held', 'paid']);
    expect([invoice.status, invoice.voidReason, invoice.allocationId, invoice.boothNumber, invoice.credit]).toEqual([
      'paid',
      null,
      reallocation.allocationId,
      '2B07',
      20,
    ]);
  });

  it('publishes paid once when the reallocation arrives before the release', () => {
    const [invoice, events] = after(it => {
      it.receive(1_000, now);
      it.reinstate(reallocation, later);
    });
    expect([invoice.status, invoice.applicationVersion, events]).toEqual(['paid', 9, ['paid']]);
  });

  it('does not count as paid while money is missing', () => {
    const [invoice] = after(it => it.void('overdue', 7, later));
    expect(() => after(it => it.reinstate(reallocation, later), invoice)).toThrow(InvoiceNotPaidEnough);
  });

  it('holds the money when the booth is gone, and does not ask again', () => {
    const [invoice, events] = after(it => {
      it.void('overdue', 7, later);
      it.receive(1_000, later);
      it.refuseReallocation(later);
    });
    expect([invoice.credit, events]).toEqual([1_000, ['voided', 'paid_after_void', 'credit_held']]);
    expect(after(it => it.receive(1_000, later), invoice)[1]).toEqual(['credit_held']);
    expect(invoice.credit).toBe(2_000);
  });

  it('gives credit when the applicant withdraws while the booth is requested', () => {
    const [invoice, events] = after(it => {
      it.void('overdue', 7, later);
      it.receive(1_000, later);
      it.void('withdrawn', 9, later);
    });
    expect([invoice.credit, invoice.voidReason, events]).toEqual([1_000, 'withdrawn', ['voided', 'paid_after_void', 'credit_held']]);
  });

  it('refunds credit, and never more', () => {
    const [invoice] = after(it => it.receive(1_050, now));
    expect(() => invoice.refund(51, now)).toThrow(RefundExceedsCredit);
    const [, events] = after(it => it.refund(30, now), invoice);
    expect([invoice.credit, invoice.held, invoice.creditSince, events]).toEqual([20, 1_020, now, []]);
    after(it => it.refund(20, now), invoice);
    expect([invoice.credit, invoice.creditSince, invoice.status]).toEqual([0, null, 'paid']);
  });

  it('schedules a reminder only if more than three days are left', () => {
    expect(anInvoice().remindOn).toBe('2023-03-17');
    const [invoice, events] = after(it => it.remind());
    expect([invoice.remindOn, events]).toEqual([null, ['reminder_due']]);
  });
});

describe('the books', () => {
  type Step = (invoice: Invoice) => void;
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.integer({ min: 1, max: 2_500 }).map(amount => (invoice: Invoice) => invoice.receive(amount, now)),
    fc.constantFrom('withdrawn', 'rejected', 'overdue', 'organizer').map(reason => (invoice: Invoice) => invoice.void(reason, 7, now)),
    fc.constant((invoice: Invoice) => invoice.refuseReallocation(now)),
    fc.constant((invoice: Invoice) => {
      if (invoice.held >= invoice.gross) invoice.reinstate(reallocation, now);
    }),
    fc.integer({ min: 1, max: 3_000 }).map(amount => (invoice: Invoice) => {
      if (amount <= invoice.credit) invoice.refund(amount, now);
    }),
  );
  const sum = (balances: Balances): number => Object.values(balances).reduce((all, amount) => all + amount, 0);

  it('balance after every step of every life, and credit never exceeds the money held', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), steps => {
        const invoice = anInvoice();
        let before = positionOf(invoice);
        for (const change of steps) {
          change(invoice);
          const position = positionOf(invoice);
          expect(sum(difference(before, position))).toBe(0);
          expect(invoice.credit).toBeLessThanOrEqual(invoice.held);
          if (invoice.status === 'paid') expect(invoice.held - invoice.credit).toBe(invoice.gross);
          before = position;
        }
      }),
    );
  });
});
