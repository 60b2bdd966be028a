import { applicationPayByExtended, applicationWithdrawn, invoiceOverdue, invoiceReminderDue, type FactType } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { anApproval, applicationOf, deskOf, toldAbout, type Desk } from './billing.factory.js';

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing);
  await seedBilling(service.find);
  desk = deskOf(service);
});
beforeEach(() => service.clock.set('2023-03-01T09:00:00+08:00'));

const told = <Data extends { applicationId: string }>(fact: FactType<Data>, applicationId: string) =>
  toldAbout(service, fact, applicationId);
const at = async (instant: string): Promise<void> => {
  service.clock.set(instant);
  await service.runJobs();
};

describe('the reminder', () => {
  it('comes once, three days before the due day', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const invoice = await desk.opened(approval);
    await at('2023-03-16T23:59:59.999+08:00');
    expect(await told(invoiceReminderDue, approval.applicationId)).toEqual([]);
    await at('2023-03-17T00:00:00+08:00');
    await at('2023-03-17T00:00:05+08:00');
    await at('2023-03-19T12:00:00+08:00');
    expect(await told(invoiceReminderDue, approval.applicationId)).toEqual([
      expect.objectContaining({ invoiceId: invoice.id, outstanding: 1_272_000, currency: 'CNY', dueOn: '2023-03-20' }),
    ]);
  });

  it('names what is missing of a partly paid invoice, and spares a paid or void one', async () => {
    const [part, paid, ended] = [anApproval(), anApproval(), anApproval()];
    await desk.pay({ reference: (await desk.opened(part)).reference, amount: { amount: 272_000, currency: 'CNY' } });
    await desk.pay({ reference: (await desk.opened(paid)).reference });
    await desk.opened(ended);
    await service.receive(applicationWithdrawn, applicationOf(ended), { aggregateVersion: 6 });
    await at('2023-03-18T00:00:00+08:00');
    expect(await told(invoiceReminderDue, part.applicationId)).toEqual([expect.objectContaining({ outstanding: 1_000_000 })]);
    await at('2023-04-01T00:00:00+08:00');
    for (const { applicationId } of [paid, ended]) {
      expect([await told(invoiceReminderDue, applicationId), await told(invoiceOverdue, applicationId)]).toEqual([[], []]);
    }
  });

  it('does not come when the demand itself is younger than three days before', async () => {
    const approval = anApproval({ payBy: '2023-03-04' });
    await desk.opened(approval);
    await at('2023-03-02T00:00:00+08:00');
    expect(await told(invoiceReminderDue, approval.applicationId)).toEqual([]);
  });

  it('comes again for an extended due date, and not for one that was missed already', async () => {
    const approval = anApproval({ payBy: '2023-03-10' });
    await desk.opened(approval);
    await at('2023-03-07T08:00:00+08:00');
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-15' }, { aggregateVersion: 6 });
    await at('2023-03-12T08:00:00+08:00');
    expect((await told(invoiceReminderDue, approval.applicationId)).map(fact => fact.dueOn)).toEqual(['2023-03-10', '2023-03-15']);
    const slept = anApproval({ payBy: '2023-03-20' });
    await desk.opened(slept);
    await at('2023-03-25T08:00:00+08:00');
    expect(await told(invoiceReminderDue, slept.applicationId)).toEqual([]);
    expect(await told(invoiceOverdue, slept.applicationId)).toHaveLength(1);
  });
});

describe('an invoice', () => {
  it('is overdue once, from 00:00 +08:00 after the due day on', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const invoice = await desk.opened(approval);
    await at('2023-03-20T23:59:59.999+08:00');
    expect(await told(invoiceOverdue, approval.applicationId)).toEqual([]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ overdue: false });
    await at('2023-03-21T00:00:00+08:00');
    await at('2023-03-21T00:00:05+08:00');
    await at('2023-05-01T00:00:00+08:00');
    expect(await told(invoiceOverdue, approval.applicationId)).toEqual([
      {
        invoiceId: invoice.id,
        applicationId: approval.applicationId,
        editionId: approval.editionId,
        organisationId: approval.organisationId,
        regionCode: '210000',
        outstanding: 1_272_000,
        currency: 'CNY',
        dueOn: '2023-03-20',
      },
    ]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'open',
      overdue: true,
      overdueAt: '2023-03-20T16:00:00.000Z',
    });
  });

  it('is overdue later when it was extended in time', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    await desk.opened(approval);
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6 });
    await at('2023-03-21T00:00:00+08:00');
    expect(await told(invoiceOverdue, approval.applicationId)).toEqual([]);
    await at('2023-03-28T00:00:00+08:00');
    expect((await told(invoiceOverdue, approval.applicationId)).map(fact => fact.dueOn)).toEqual(['2023-03-27']);
  });

  it('that was overdue is not, once it is extended, and is again for the new date', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    await desk.opened(approval);
    await at('2023-03-21T00:00:00+08:00');
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6 });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ overdue: false, dueOn: '2023-03-27' });
    await at('2023-03-28T00:00:00+08:00');
    expect((await told(invoiceOverdue, approval.applicationId)).map(fact => fact.dueOn)).toEqual(['2023-03-20', '2023-03-27']);
  });

  it('partly paid is overdue with what is missing, and still takes the rest', async () => {
    const approval = anApproval({ payBy: '2023-03-20' });
    const { reference } = await desk.opened(approval);
    await desk.pay({ reference, amount: { amount: 1_271_999, currency: 'CNY' } });
    await at('2023-03-21T09:00:00+08:00');
    expect(await told(invoiceOverdue, approval.applicationId)).toEqual([expect.objectContaining({ outstanding: 1 })]);
    await desk.pay({ reference, amount: { amount: 1, currency: 'CNY' }, receivedOn: '2023-03-20' });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid', overdue: false });
  });

  it('is told about once by two job runners at the same time', async () => {
    const approvals = Array.from({ length: 10 }, () => anApproval({ payBy: '2023-03-20' }));
    for (const approval of approvals) await desk.opened(approval);
    service.clock.set('2023-03-21T00:00:00+08:00');
    await Promise.all([service.runJobs(), service.runJobs(), service.runJobs()]);
    for (const { applicationId } of approvals) expect(await told(invoiceOverdue, applicationId)).toHaveLength(1);
  });
});
