import { Aggregate } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { difference, positionOf, type Balances } from '../ledger/ledger.rules.js';
import { Invoice, invoiceStates, voidReasons } from './invoice.entity.js';
import { InvoiceNotPaidEnough, RefundExceedsCredit } from './invoice.errors.js';
import { priced, type Booth } from './invoice.rules.js';

const runs = 5_000;
const now = new Date('2023-03-01T01:00:00Z');
const id = (last: number) => `01890a5d-b1a0-7c11-9e51-0000000000${String(last).padStart(2, '0')}`;
const booth: Booth = { boothId: id(1), boothNumber: '1A01', boothType: 'standard', areaDm2: 900 };

/** 1,000 fen and no tax. */
const anInvoice = (): Invoice => {
  const names = { number: 'CIEP-2023-000001', seriesYear: 2023, seriesNumber: 1, reference: 'RF1723000001' };
  const of = {
    editionId: id(10),
    applicationId: id(11),
    applicationNumber: '21-000123',
    applicationVersion: 5,
    allocationId: id(12),
    organisationId: id(13),
    regionCode: null,
  };
  const lines = [priced(booth, { unit: 'booth', amount: 1_000 }, 0)];
  return Invoice.open({ ...names, ...of, booth, feeScheduleId: id(14), taxBasisPoints: 0, lines, dueOn: '2023-03-20', graceDays: 3 }, now);
};

/** Every event that can happen to an invoice; in every state each one either has an effect or is refused. */
const events = {
  receive: (invoice: Invoice, fen: number) => invoice.receive(fen, now),
  void: (invoice: Invoice, fen: number) => invoice.void(voidReasons[fen % voidReasons.length] ?? 'withdrawn', 7, now),
  reinstate: (invoice: Invoice) => invoice.reinstate({ allocationId: id(99), booth, applicationVersion: 9 }, now),
  refuseReallocation: (invoice: Invoice) => invoice.refuseReallocation(now),
  refund: (invoice: Invoice, fen: number) => invoice.refund(fen, now),
  moveDueDate: (invoice: Invoice, fen: number) => invoice.moveDueDate(`2023-04-${String((fen % 28) + 1).padStart(2, '0')}`, now),
  nameBooth: (invoice: Invoice) => invoice.nameBooth({ ...booth, boothNumber: '2B07' }),
};
type Event = keyof typeof events;
const refusals = [InvoiceNotPaidEnough, RefundExceedsCredit];
const step = fc.tuple(fc.constantFrom(...(Object.keys(events) as Event[])), fc.integer({ min: 1, max: 1_500 }));

/** The CHECK constraints of the table, one by one. */
const fitsTheTable = ({ status, received, refunded, credit, creditSince, gross, ...rest }: Invoice): Record<string, boolean> => ({
  refunded: refunded >= 0 && refunded <= received,
  credit: credit >= 0 && credit <= received - refunded,
  creditSince: credit > 0 === (creditSince !== null),
  voidReason: (status === 'void') === (rest.voidReason !== null) && (status === 'void') === (rest.voidedAt !== null),
  reallocation: status === 'void' || rest.reallocation === 'none',
  remindOn: rest.remindOn === null || rest.remindOn < rest.dueOn,
  money: {
    open: received === 0,
    partly_paid: received - refunded > 0 && received - refunded < gross,
    paid: received - refunded - credit === gross && rest.paidAt !== null,
    void: received - refunded - credit === (rest.reallocation === 'asked' ? gross : 0),
  }[status],
});
const sum = (balances: Balances): number => Object.values(balances).reduce((all, amount) => all + amount, 0);

/** Faults of an invoice after a sequence of events. */
function wrongs(steps: readonly (readonly [Event, number])[], take: (invoice: Invoice, event: Event, fen: number) => void): string[] {
  const invoice = anInvoice();
  let booked: Balances = positionOf(invoice);
  for (const [event, fen] of steps) {
    const before = JSON.stringify(invoice);
    try {
      take(invoice, event, fen);
    } catch (error) {
      if (!refusals.some(refusal => error instanceof refusal)) throw error;
      if (JSON.stringify(invoice) !== before) return [`a refused ${event} changed it`];
    }
    const position = positionOf(invoice);
    if (sum(difference(booked, position)) !== 0) return [`${event} does not balance`];
    booked = position;
    const unfit = Object.entries(fitsTheTable(invoice)).flatMap(([name, fits]) => (fits ? [] : [name]));
    if (unfit.length > 0) return unfit;
    Aggregate.takeEvents(invoice);
  }
  return [];
}
const asItIs = (invoice: Invoice, event: Event, fen: number) => events[event](invoice, fen);

describe('the life of an invoice', () => {
  it('fits its table and balances after every sequence of events, and refused events change nothing', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        const watched = (invoice: Invoice, event: Event, fen: number) => {
          seen.add(`${invoice.status} ${event}`);
          asItIs(invoice, event, fen);
        };
        expect(wrongs(steps, watched)).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect(seen.size).toBe(invoiceStates.length * Object.keys(events).length);
  });

  it('negative control: detects received money without a credit', () => {
    const careless = (invoice: Invoice, event: Event, fen: number) =>
      event === 'receive' ? Object.assign(invoice, { received: invoice.received + fen }) : asItIs(invoice, event, fen);
    const found = fc.check(fc.property(fc.array(step, { maxLength: 25 }), steps => wrongs(steps, careless).length === 0));
    expect(found.failed).toBe(true);
  });
});
