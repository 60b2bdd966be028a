import {
  applicationPayByExtended,
  applicationReleased,
  applicationWithdrawn,
  invoiceGraceEnded,
  invoiceOverdue,
  invoicePaid,
  invoicePaidAfterVoid,
  invoiceReminderDue,
  type EventType,
} from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { anApproval, applicationOf, deskOf, eventsAbout, publishedFees, type Desk } from './billing.factory.js';

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing);
  await seedBilling(service.find);
  desk = deskOf(service);
});
beforeEach(() => service.clock.set('2023-03-01T09:00:00+08:00'));

const published = <Data extends { applicationId: string }>(event: EventType<Data>, applicationId: string) =>
  eventsAbout(service, event, applicationId);
const at = async (instant: string): Promise<void> => {
  service.clock.set(instant);
  await service.runJobs();
};

describe('the reminder', () => {
  it('is published once, three days before the due day', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const invoice = await desk.opened(approval);
    await at('2023-03-16T23:59:59.999+08:00');
    expect(await published(invoiceReminderDue, approval.applicationId)).toEqual([]);
    await at('2023-03-17T00:00:00+08:00');
    await at('2023-03-17T00:00:05+08:00');
    await at('2023-03-19T12:00:00+08:00');
    expect(await published(invoiceReminderDue, approval.applicationId)).toEqual([
      expect.objectContaining({ invoiceId: invoice.id, outstanding: 1_272_000, currency: 'CNY', dueOn: '2023-03-20' }),
    ]);
  });

  it('shows the outstanding part of a partly paid invoice, and skips paid and void ones', async () => {
    const [part, paid, ended] = [anApproval(), anApproval(), anApproval()];
    await desk.pay({ reference: (await desk.opened(part)).reference, amount: { amount: 272_000, currency: 'CNY' } });
    await desk.pay({ reference: (await desk.opened(paid)).reference });
    await desk.opened(ended);
    await service.receive(applicationWithdrawn, applicationOf(ended), { aggregateVersion: 6 });
    await at('2023-03-18T00:00:00+08:00');
    expect(await published(invoiceReminderDue, part.applicationId)).toEqual([expect.objectContaining({ outstanding: 1_000_000 })]);
    await at('2023-04-01T00:00:00+08:00');
    for (const { applicationId } of [paid, ended]) {
      expect([await published(invoiceReminderDue, applicationId), await published(invoiceOverdue, applicationId)]).toEqual([[], []]);
    }
  });

  it('is skipped when less than three days were left at the demand', async () => {
    const approval = anApproval({ payBy: '2023-03-04' });
    await desk.opened(approval);
    await at('2023-03-02T00:00:00+08:00');
    expect(await published(invoiceReminderDue, approval.applicationId)).toEqual([]);
  });

  it('repeats for an extended due date, and skips one that has already passed', async () => {
    const approval = anApproval({ payBy: '2023-03-10' });
    await desk.opened(approval);
    await at('2023-03-07T08:00:00+08:00');
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-15' }, { aggregateVersion: 6 });
    await at('2023-03-12T08:00:00+08:00');
    expect((await published(invoiceReminderDue, approval.applicationId)).map(event => event.dueOn)).toEqual(['2023-03-10', '2023-03-15']);
    const slept = anApproval({ payBy: '2023-03-20' });
    await desk.opened(slept);
    await at('2023-03-25T08:00:00+08:00');
    expect(await published(invoiceReminderDue, slept.applicationId)).toEqual([]);
    expect(await published(invoiceOverdue, slept.applicationId)).toHaveLength(1);
  });
});

describe('an invoice', () => {
  it('becomes overdue once, from 00:00 +08:00 on the day after the due day', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const invoice = await desk.opened(approval);
    await at('2023-03-20T23:59:59.999+08:00');
    expect(await published(invoiceOverdue, approval.applicationId)).toEqual([]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ overdue: false });
    await at('2023-03-21T00:00:00+08:00');
    await at('2023-03-21T00:00:05+08:00');
    await at('2023-05-01T00:00:00+08:00');
    expect(await published(invoiceOverdue, approval.applicationId)).toEqual([
      {
        invoiceId: invoice.id,
        applicationId: approval.applicationId,
        editionId: approval.editionId,
        organisationId: approval.organisationId,
        regionCode: '210000',
        outstanding: 1_272_000,
        currency: 'CNY',
        dueOn: '2023-03-20',
        graceEndsOn: '2023-03-23',
      },
    ]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'open',
      overdue: true,
      overdueAt: '2023-03-20T16:00:00.000Z',
    });
  });

  it('becomes overdue later if the due date was extended in time', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    await desk.opened(approval);
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6 });
    await at('2023-03-21T00:00:00+08:00');
    expect(await published(invoiceOverdue, approval.applicationId)).toEqual([]);
    await at('2023-03-28T00:00:00+08:00');
    expect((await published(invoiceOverdue, approval.applicationId)).map(event => event.dueOn)).toEqual(['2023-03-27']);
  });

  it('is no longer overdue once it is extended, and becomes overdue again for the new date', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    await desk.opened(approval);
    await at('2023-03-21T00:00:00+08:00');
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6 });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ overdue: false, dueOn: '2023-03-27' });
    await at('2023-03-28T00:00:00+08:00');
    expect((await published(invoiceOverdue, approval.applicationId)).map(event => event.dueOn)).toEqual(['2023-03-20', '2023-03-27']);
  });

  it('becomes overdue with its outstanding part if partly paid, and still accepts the rest', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const { reference } = await desk.opened(approval);
    await desk.pay({ reference, amount: { amount: 1_271_999, currency: 'CNY' } });
    await at('2023-03-21T09:00:00+08:00');
    expect(await published(invoiceOverdue, approval.applicationId)).toEqual([expect.objectContaining({ outstanding: 1 })]);
    await desk.pay({ reference, amount: { amount: 1, currency: 'CNY' }, receivedOn: '2023-03-20' });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid', overdue: false });
  });

  it('is published as overdue once by two concurrent job runners', async () => {
    const approvals = Array.from({ length: 10 }, () => anApproval({ payBy: '2023-03-20' }));
    for (const approval of approvals) await desk.opened(approval);
    service.clock.set('2023-03-21T00:00:00+08:00');
    await Promise.all([service.runJobs(), service.runJobs(), service.runJobs()]);
    for (const { applicationId } of approvals) expect(await published(invoiceOverdue, applicationId)).toHaveLength(1);
  });
});

describe('the days of grace', () => {
  it('keep the booth for three days after the due day, then end once', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const invoice = await desk.opened(approval);
    expect(invoice).toMatchObject({ dueOn: '2023-03-20', graceEndsOn: '2023-03-23', paidOn: null, paidInTime: null });
    await at('2023-03-23T23:59:59.999+08:00');
    expect(await published(invoiceGraceEnded, approval.applicationId)).toEqual([]);
    await at('2023-03-24T00:00:00+08:00');
    await at('2023-03-24T00:00:05+08:00');
    expect(await published(invoiceGraceEnded, approval.applicationId)).toEqual([
      {
        ...{ invoiceId: invoice.id, applicationId: approval.applicationId, editionId: approval.editionId },
        ...{ organisationId: approval.organisationId, regionCode: '210000', outstanding: 1_272_000, currency: 'CNY', dueOn: '2023-03-20' },
      },
    ]);
  });

  it.each([
    ['on the due day is in time', '2023-03-20', true, null],
    ['during the grace is late, and pays', '2023-03-21', false, '2023-03-20T16:00:00.000Z'],
  ])('let money be recorded that came %s', async (_, receivedOn, paidInTime, overdueAt) => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const { reference } = await desk.opened(approval);
    await at('2023-03-21T00:00:00+08:00');
    await at('2023-03-23T17:00:00+08:00');
    await desk.pay({ reference, receivedOn });
    await at('2023-04-10T00:00:00+08:00');
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      ...{ status: 'paid', overdue: false, overdueAt, paidOn: receivedOn, paidInTime },
    });
    expect(await published(invoiceGraceEnded, approval.applicationId)).toEqual([]);
  });

  it('count the day on which the last missing money came, in whatever order it is recorded or assigned', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const { id, reference } = await desk.opened(approval);
    service.clock.set('2023-03-23T09:00:00+08:00');
    await desk.pay({ reference, receivedOn: '2023-03-21', amount: { amount: 1, currency: 'CNY' } });
    const rest = await desk.pay({ receivedOn: '2023-03-19', amount: { amount: 1_271_999, currency: 'CNY' } });
    await desk.clerk.post(`/v1/billing/payments/${rest.id}/assign`, { invoiceId: id }, { ifMatch: rest.version });
    await desk.pay({ reference, receivedOn: '2023-03-23', amount: { amount: 5, currency: 'CNY' } });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid', paidOn: '2023-03-21', paidInTime: false });
  });

  it('are those of the fee schedule', async () => {
    const approvals: Record<number, ReturnType<typeof anApproval>> = {};
    for (const graceDays of [0, 7]) {
      const fees = await publishedFees(desk, { graceDays }, '2023-02-01T00:00:00+08:00');
      expect(fees).toMatchObject({ graceDays });
      await desk.opened((approvals[graceDays] = anApproval({ editionId: fees.editionId })));
    }
    expect(await publishedFees(desk)).toMatchObject({ graceDays: 3 });
    const ended = async (days: number) => (await published(invoiceGraceEnded, approvals[days]?.applicationId ?? '')).length;
    await at('2023-03-21T00:00:00+08:00');
    expect([await ended(0), await ended(7)]).toEqual([1, 0]);
    await at('2023-03-28T00:00:00+08:00');
    expect([await ended(0), await ended(7)]).toEqual([1, 1]);
  });

  it('begin anew with a later due date', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    await desk.opened(approval);
    await at('2023-03-22T00:00:00+08:00');
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6 });
    await at('2023-03-30T23:59:00+08:00');
    expect(await published(invoiceGraceEnded, approval.applicationId)).toEqual([]);
    await at('2023-03-31T00:00:00+08:00');
    expect((await published(invoiceGraceEnded, approval.applicationId)).map(({ dueOn }) => dueOn)).toEqual(['2023-03-27']);
  });

  it('end in one way when the money is recorded at the same moment: paid, or released and asked for again', async () => {
    const approvals = Array.from({ length: 12 }, () => anApproval({ payBy: '2023-03-20' }));
    const invoices = [];
    for (const approval of approvals) invoices.push(await desk.opened(approval));
    await at('2023-03-21T00:00:00+08:00');
    service.clock.set('2023-03-24T00:00:00+08:00');
    await Promise.all([
      service.runJobs(),
      ...invoices.map(({ reference }) => desk.pay({ reference, receivedOn: '2023-03-20' })),
      service.runJobs(),
    ]);
    for (const approval of approvals) {
      const { applicationId } = approval;
      const ended = await published(invoiceGraceEnded, applicationId);
      expect(await published(invoicePaid, applicationId)).toHaveLength(1);
      // Exhibition frees the booth only when it was told that the grace was over, and then asks whether it can be given back.
      if (ended.length > 0)
        await service.receive(applicationReleased, { ...applicationOf(approval), reason: 'overdue' }, { aggregateVersion: 7 });
      const { status } = await desk.invoiceOf(applicationId);
      const asked = await published(invoicePaidAfterVoid, applicationId);
      expect([ended.length, status, asked.length]).toEqual(ended.length > 0 ? [1, 'void', 1] : [0, 'paid', 0]);
    }
    const books = ['booking_adds_up', 'invoice_stands_as_booked', 'invoice_has_its_payments'];
    expect((await service.running.audit()).filter(({ invariant }) => books.includes(invariant))).toEqual([]);
  });
});
