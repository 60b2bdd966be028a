import { randomUUID } from 'node:crypto';
import {
  applicationReallocationRefused,
  applicationReleased,
  applicationWithdrawn,
  invoiceCreditHeld,
  invoicePaid,
  invoicePaidAfterVoid,
  invoicePartlyPaid,
  type EventType,
} from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { writtenReference } from '../src/invoices/reference.rules.js';
import { anApproval, applicationOf, aTransfer, deskOf, eventsAbout, type Desk } from './billing.factory.js';

const payments = '/v1/billing/payments';
const cny = (amount: number) => ({ amount, currency: 'CNY' });

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-01T09:00:00+08:00' });
  await seedBilling(service.find);
  desk = deskOf(service);
});

const published = <Data extends { applicationId: string }>(event: EventType<Data>, applicationId: string) =>
  eventsAbout(service, event, applicationId);
const ledgerOf = async (invoiceId: string): Promise<Record<string, number>> => {
  const rows = await service.query<{ account: string; total: number }>(
    `SELECT account, sum(amount)::int AS total FROM ledger_entries WHERE invoice_id = $1 GROUP BY account HAVING sum(amount) <> 0`,
    [invoiceId],
  );
  return Object.fromEntries(rows.map(({ account, total }) => [account, total]));
};

describe('a payment', () => {
  it('of the whole amount pays the invoice', async () => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    const { status, body, headers } = await desk.clerk.post(
      payments,
      aTransfer({ reference: writtenReference(invoice.reference).toLowerCase() }),
    );
    expect([status, headers['location']]).toEqual([201, `${payments}/${body.id}`]);
    expect(body).toMatchObject({
      invoiceId: invoice.id,
      invoiceNumber: invoice.number,
      reference: invoice.reference,
      referenceHint: null,
      amount: cny(1_272_000),
    });
    const paid = (await desk.clerk.get(`/v1/billing/invoices/${invoice.id}`)).body;
    expect(paid).toMatchObject({
      status: 'paid',
      paid: cny(1_272_000),
      outstanding: cny(0),
      overpaid: cny(0),
      paidAt: '2023-03-01T01:00:00.000Z',
    });
    expect(paid.payments).toEqual([{ id: body.id, receivedOn: '2023-03-01', amount: cny(1_272_000) }]);
    expect(await published(invoicePaid, approval.applicationId)).toEqual([
      {
        invoiceId: invoice.id,
        applicationId: approval.applicationId,
        editionId: approval.editionId,
        organisationId: approval.organisationId,
        regionCode: '210000',
        paid: 1_272_000,
        overpaid: 0,
        currency: 'CNY',
      },
    ]);
    expect(await ledgerOf(invoice.id)).toEqual({ bank: 1_272_000, revenue: -1_200_000, tax: -72_000 });
  });

  it('of a part leaves it partly paid, of the rest pays it, and beyond it shows the overpayment', async () => {
    const approval = anApproval();
    const { id, reference } = await desk.opened(approval);
    await desk.pay({ reference, amount: cny(1) });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'partly_paid',
      paid: cny(1),
      outstanding: cny(1_271_999),
    });
    await desk.pay({ invoiceId: id, amount: cny(1_272_000) });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'paid',
      paid: cny(1_272_001),
      outstanding: cny(0),
      overpaid: cny(1),
      credit: cny(1),
    });
    await desk.pay({ reference, amount: cny(500) });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid', overpaid: cny(501), credit: cny(501) });
    expect(await published(invoicePartlyPaid, approval.applicationId)).toEqual([
      expect.objectContaining({ paid: 1, outstanding: 1_271_999 }),
    ]);
    expect(await published(invoicePaid, approval.applicationId)).toEqual([expect.objectContaining({ paid: 1_272_001, overpaid: 1 })]);
    expect((await published(invoiceCreditHeld, approval.applicationId)).map(event => event.credit)).toEqual([1, 501]);
    expect(await ledgerOf(id)).toEqual({ bank: 1_272_501, revenue: -1_200_000, tax: -72_000, credits: -501 });
  });

  it('is recorded once, however often the same line of a statement is entered', async () => {
    const approval = anApproval();
    const { reference } = await desk.opened(approval);
    const transfer = aTransfer({ reference, amount: cny(100) });
    const first = await desk.clerk.post(payments, transfer);
    const second = await desk.clerk.post(payments, transfer);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ paid: cny(100) });
  });

  it('is recorded once for every spelling of the account', async () => {
    const transfer = aTransfer({ amount: cny(1), payer: '示例公司' });
    const first = await desk.clerk.post(payments, transfer);
    expect(first.body.account).toBe('400000000001');
    const respelt = { ...transfer, account: '4000-0000-0001', statementNumber: ` ${transfer.statementNumber} `, payer: '示例公司 ' };
    expect((await desk.clerk.post(payments, respelt)).body.id).toBe(first.body.id);
  });

  it.each([
    ['small letters', 'é-4711/a'],
    ['full width', 'É－４７１１／Ａ'],
    ['decomposed letters', 'E\u0301-4711/A'],
    ['blanks', ' É-47 11/A\u3000'],
  ])('is recorded once with the number of the line in %s, which stays as first typed', async (_what, respelt) => {
    const mark = randomUUID();
    const transfer = aTransfer({ statementNumber: `É-4711/A ${mark}`, payer: 'Exposé GmbH' });
    const first = await desk.clerk.post(payments, transfer);
    const again = await desk.clerk.post(payments, { ...transfer, statementNumber: `${respelt}${mark}`, payer: 'Expose\u0301 GmbH' });
    expect([again.status, again.body.id, again.body.statementNumber]).toEqual([201, first.body.id, transfer.statementNumber]);
  });

  it('finds its invoice by a reference in full width and with other dashes', async () => {
    const { id, reference } = await desk.opened(anApproval());
    const wide = [...reference].map(sign => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join('');
    const { body } = await desk.clerk.post(payments, aTransfer({ reference: `${wide.slice(0, 4)}—${wide.slice(4)}`, amount: cny(1) }));
    expect([body.invoiceId, body.reference]).toEqual([id, reference]);
  });

  it('is recorded once when many clerks enter the same line concurrently', async () => {
    const approval = anApproval();
    const { reference } = await desk.opened(approval);
    const transfer = aTransfer({ reference, amount: cny(100) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.clerk.post(payments, transfer)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ paid: cny(100), version: 2 });
  });

  it('is recorded once per Idempotency-Key, and requires one', async () => {
    const transfer = aTransfer();
    const key = `payment-${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.clerk.post(payments, transfer, { key })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect((await desk.clerk.post(payments, { ...transfer, payer: 'other' }, { key })).body.code).toBe('idempotency.key_reused');
    expect((await desk.clerk.post(payments, aTransfer(), { key: false })).body.code).toBe('idempotency.key_required');
  });

  it.each([
    ['another amount', { amount: cny(2) }],
    ['another day', { receivedOn: '2023-02-28' }],
    ['another reference', { reference: 'RF18539007547034' }],
    ['another payer', { payer: '另一家公司' }],
    ['an invoice', () => ({ invoiceId: randomUUID() })],
  ])('is refused if its statement number is already used with %s', async (_what, change) => {
    const transfer = aTransfer({ amount: cny(1) });
    const first = await desk.clerk.post(payments, transfer);
    const other = { ...transfer, ...(typeof change === 'function' ? change() : change) };
    const { status, body } = await desk.clerk.post(payments, other);
    expect([status, body.code, body.paymentId]).toEqual([409, 'payment.statement_used', first.body.id]);
  });

  it('may have the same statement number on another account, and the database keeps it unique', async () => {
    const transfer = aTransfer({ amount: cny(1) });
    const one = await desk.clerk.post(payments, transfer);
    const two = await desk.clerk.post(payments, { ...transfer, account: '4000 0000 0002' });
    expect(two.status).toBe(201);
    expect(two.body.id).not.toBe(one.body.id);
    await expect(service.query(`UPDATE payments SET account = $1 WHERE id = $2`, [one.body.account, two.body.id])).rejects.toThrow(
      'payments_account_statement_number_key',
    );
  });

  it.each([
    ['an unknown reference', { reference: 'RF18539007547034' }, 'unknown'],
    ['a mistyped reference', { reference: 'RF18539007547035' }, 'mistyped'],
    ['no reference', {}, 'missing'],
  ])('with %s stays unassigned', async (_what, given, referenceHint) => {
    const { status, body } = await desk.clerk.post(payments, aTransfer({ amount: cny(77), ...given }));
    expect([status, body.invoiceId, body.assignedAt, body.referenceHint]).toEqual([201, null, null, referenceHint]);
    const entries = await service.query(
      `SELECT account, amount::int AS amount FROM ledger_entries WHERE payment_id = $1 ORDER BY account`,
      [body.id],
    );
    expect(entries).toEqual([
      { account: 'bank', amount: 77 },
      { account: 'unassigned', amount: -77 },
    ]);
  });

  it('can be assigned later, once', async () => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    const waiting = await desk.pay();
    const path = `${payments}/${waiting.id}/assign`;
    expect((await desk.clerk.post(path, { invoiceId: invoice.id })).status).toBe(428);
    expect((await desk.clerk.post(path, { invoiceId: invoice.id }, { ifMatch: 7 })).status).toBe(412);
    expect((await desk.clerk.post(path, { invoiceId: randomUUID() }, { ifMatch: 1 })).body.code).toBe('invoice.not_found');
    const assigned = await desk.clerk.post(path, { invoiceId: invoice.id }, { ifMatch: 1 });
    expect([assigned.status, assigned.body.invoiceId, assigned.body.version]).toEqual([200, invoice.id, 2]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid' });
    const again = await desk.clerk.post(path, { invoiceId: invoice.id }, { ifMatch: 2 });
    expect([again.status, again.body.code]).toEqual([409, 'payment.already_assigned']);
    expect(await ledgerOf(invoice.id)).toEqual({ unassigned: 1_272_000, revenue: -1_200_000, tax: -72_000 });
    // The same line again is still the same payment.
    const { account, statementNumber, receivedOn, amount, payer } = waiting;
    expect((await desk.clerk.post(payments, { account, statementNumber, receivedOn, amount, payer })).body.id).toBe(waiting.id);
  });

  it('is for one existing invoice', async () => {
    const [one, two] = [await desk.opened(anApproval()), await desk.opened(anApproval())];
    const mixed = await desk.clerk.post(payments, aTransfer({ reference: one.reference, invoiceId: two.id }));
    expect([mixed.status, mixed.body.code]).toEqual([409, 'payment.reference_mismatch']);
    const nowhere = await desk.clerk.post(payments, aTransfer({ invoiceId: randomUUID() }));
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'invoice.not_found']);
  });

  it.each([
    ['negative money', { amount: cny(-1) }, '/amount/amount', 'too_small'],
    ['no money', { amount: cny(0) }, '/amount/amount', 'too_small'],
    ['a fraction of a fen', { amount: cny(0.5) }, '/amount/amount', 'not_an_integer'],
    ['more than there is', { amount: cny(1e15) }, '/amount/amount', 'too_large'],
    ['a bare number', { amount: 5 }, '/amount', 'not_an_object'],
    ['dollars', { amount: { amount: 1, currency: 'USD' } }, '/amount/currency', 'not_allowed'],
    ['a day that does not exist', { receivedOn: '2023-02-29' }, '/receivedOn', 'not_a_date'],
    ['a day with a time', { receivedOn: '2023-02-28T00:00:00Z' }, '/receivedOn', 'not_a_date'],
    ['tomorrow', { receivedOn: '2023-03-02' }, '/receivedOn', 'in_the_future'],
    ['an account with a NUL', { account: '1\u00002' }, '/account', expect.any(String)],
    ['a blank payer', { payer: '  ' }, '/payer', 'too_short'],
    ['an endless reference', { reference: 'R'.repeat(201) }, '/reference', 'too_long'],
    ['an id that is none', { invoiceId: '7' }, '/invoiceId', 'not_an_id'],
    ['a field nobody knows', { status: 'paid' }, '/status', 'unknown'],
  ])('with %s is refused', async (_what, given, pointer, code) => {
    const { status, body } = await desk.clerk.post(payments, aTransfer(given));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
  });

  it('without its fields is refused with all of them listed', async () => {
    const { status, body } = await desk.clerk.post(payments, {});
    expect([status, body.errors.map((error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`).sort()]).toEqual([
      422,
      ['/account required', '/amount required', '/payer required', '/receivedOn required', '/statementNumber required'],
    ]);
    expect((await desk.clerk.post(payments, '{"amount":', {})).status).toBe(400);
  });

  it('can be recorded by the finance clerk only, and read by the auditor too', async () => {
    const { id, version } = await desk.pay({ amount: cny(1) });
    const exhibitor = service.as({ roles: ['organisation_admin'], organisationId: randomUUID() });
    for (const outsider of [desk.organizer, desk.auditor, exhibitor, service.as({ roles: ['province_partner'], regionCode: '210000' })]) {
      expect((await outsider.post(payments, aTransfer())).status).toBe(403);
      expect((await outsider.post(`${payments}/${id}/assign`, { invoiceId: randomUUID() }, { ifMatch: version })).status).toBe(403);
    }
    expect((await exhibitor.get(payments)).status).toBe(403);
    expect((await service.anonymous.post(payments, aTransfer())).status).toBe(401);
    expect((await service.anonymous.get(`${payments}/${id}`)).status).toBe(401);
    expect((await desk.auditor.get(`${payments}/${id}`)).body.id).toBe(id);
    expect((await desk.auditor.get(`${payments}/${randomUUID()}`)).body.code).toBe('payment.not_found');
  });

  it('appears in the list', async () => {
    const invoice = await desk.opened(anApproval());
    const [assigned, unassigned] = [
      await desk.pay({ invoiceId: invoice.id, amount: cny(3), receivedOn: '2023-01-10', payer: '寻找中的公司' }),
      await desk.pay({ amount: cny(4), receivedOn: '2023-01-11', payer: '寻找中的公司' }),
    ];
    const ids = async (query: Record<string, unknown>) =>
      (await desk.auditor.get(payments, { query: { q: '寻找中', ...query } })).body.items.map((item: { id: string }) => item.id);
    expect(await ids({})).toEqual([unassigned.id, assigned.id]);
    expect(await ids({ assigned: true })).toEqual([assigned.id]);
    expect(await ids({ assigned: false })).toEqual([unassigned.id]);
    expect(await ids({ invoiceId: invoice.id })).toEqual([assigned.id]);
    expect(await ids({ receivedFrom: '2023-01-11' })).toEqual([unassigned.id]);
    expect(await ids({ receivedTo: '2023-01-10' })).toEqual([assigned.id]);
    expect(await ids({ q: unassigned.statementNumber })).toEqual([unassigned.id]);
  });

  it('leaves an audit trail without the payer', async () => {
    const { id } = await desk.pay({ amount: cny(1), payer: '不应出现的付款人' });
    const { body } = await desk.auditor.get('/v1/billing/audit-entries', { query: { aggregateId: id } });
    expect(body.items).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain('不应出现的付款人');
  });
});

describe('money that comes after the release', () => {
  it('asks exhibition once, and pays the invoice when the booth is allocated again', async () => {
    const approval = anApproval();
    const invoice = await desk.released(approval);
    await desk.pay({ reference: invoice.reference });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toEqual([
      expect.objectContaining({ invoiceId: invoice.id, paid: 1_272_000 }),
    ]);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'void', paid: cny(1_272_000), credit: cny(0) });
    await desk.pay({ reference: invoice.reference, amount: cny(1_272_000) });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toHaveLength(1);
    const again = await desk.reallocate(approval, invoice.id, 8);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'paid',
      voidReason: null,
      overpaid: cny(1_272_000),
      credit: cny(1_272_000),
    });
    expect(await published(invoicePaid, approval.applicationId)).toEqual([
      expect.objectContaining({ paid: 2_544_000, overpaid: 1_272_000 }),
    ]);
    const [row] = await service.query<{ allocation_id: string }>(`SELECT allocation_id FROM invoices WHERE id = $1`, [invoice.id]);
    expect(row?.allocation_id).toBe(again.allocationId);
    // A repeated late release has no effect.
    await service.receive(applicationReleased, { ...applicationOf(approval), reason: 'overdue' as const }, { aggregateVersion: 7 });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid' });
  });

  it('becomes credit when the booth is gone', async () => {
    const approval = anApproval();
    const invoice = await desk.released(approval);
    await desk.pay({ reference: invoice.reference });
    const refused = { ...applicationOf(approval), invoiceId: invoice.id };
    await service.receive(applicationReallocationRefused, refused, { aggregateVersion: 8, times: 2 });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'void', credit: cny(1_272_000) });
    expect((await published(invoiceCreditHeld, approval.applicationId)).map(event => event.credit)).toEqual([1_272_000]);
    expect(await ledgerOf(invoice.id)).toEqual({ bank: 1_272_000, credits: -1_272_000 });
  });

  it('is credit until the whole amount has arrived', async () => {
    const approval = anApproval();
    const invoice = await desk.released(approval, 'organizer');
    await desk.pay({ reference: invoice.reference, amount: cny(1_000_000) });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ credit: cny(1_000_000) });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toEqual([]);
    await desk.pay({ reference: invoice.reference, amount: cny(272_000) });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toHaveLength(1);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ credit: cny(0) });
  });

  it('is credit at once if the applicant has withdrawn', async () => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    await desk.pay({ reference: invoice.reference, amount: cny(1_000) });
    await service.receive(applicationWithdrawn, applicationOf(approval), { aggregateVersion: 6, times: 2 });
    await desk.pay({ reference: invoice.reference });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toEqual([]);
    expect((await published(invoiceCreditHeld, approval.applicationId)).map(event => event.credit)).toEqual([1_000, 1_273_000]);
  });

  it('asks exhibition too if it crosses the release', async () => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    await desk.pay({ reference: invoice.reference });
    await service.receive(applicationReleased, { ...applicationOf(approval), reason: 'overdue' as const }, { aggregateVersion: 7 });
    expect(await published(invoicePaidAfterVoid, approval.applicationId)).toHaveLength(1);
    await desk.reallocate(approval, invoice.id, 8);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'paid', voidedAt: null });
  });

  it('does not restore a booth whose applicant has withdrawn meanwhile', async () => {
    const approval = anApproval();
    const invoice = await desk.released(approval);
    await desk.pay({ reference: invoice.reference });
    await service.receive(applicationWithdrawn, applicationOf(approval), { aggregateVersion: 9 });
    await desk.reallocate(approval, invoice.id, 8);
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'void', voidReason: 'withdrawn', credit: cny(1_272_000) });
  });
});

describe('credit', () => {
  const refunds = '/v1/billing/refunds';
  const aRefund = (invoiceId: string, given: Record<string, unknown> = {}) => ({
    invoiceId,
    account: '4000 0000 0001',
    statementNumber: `R-${randomUUID()}`,
    refundedOn: '2023-03-01',
    amount: cny(500),
    ...given,
  });
  const overpaidBy = async (amount: number) => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    await desk.pay({ reference: invoice.reference, amount: cny(1_272_000 + amount) });
    return { approval, invoice };
  };
  const creditOf = async (organisationId: string) =>
    (await desk.clerk.get('/v1/billing/credits', { query: { organisationId } })).body.items;

  it('is listed with its cause until it is refunded', async () => {
    const { approval, invoice } = await overpaidBy(500);
    const [listed] = await creditOf(approval.organisationId);
    expect(listed).toEqual({
      id: invoice.id,
      number: invoice.number,
      reference: invoice.reference,
      organisationId: approval.organisationId,
      applicationId: approval.applicationId,
      cause: 'overpaid',
      credit: cny(500),
      since: '2023-03-01T01:00:00.000Z',
    });
    const { status, body, headers } = await desk.clerk.post(refunds, aRefund(invoice.id));
    expect([status, headers['location'], body.amount]).toEqual([201, `${refunds}/${body.id}`, cny(500)]);
    expect(await creditOf(approval.organisationId)).toEqual([]);
    const after = (await desk.clerk.get(`/v1/billing/invoices/${invoice.id}`)).body;
    expect(after).toMatchObject({ status: 'paid', paid: cny(1_272_000), credit: cny(0), overpaid: cny(0) });
    expect(after.refunds).toEqual([{ id: body.id, refundedOn: '2023-03-01', amount: cny(500) }]);
    expect(await ledgerOf(invoice.id)).toEqual({ bank: 1_272_000, revenue: -1_200_000, tax: -72_000 });
    expect((await desk.auditor.get(`${refunds}/${body.id}`)).body).toEqual(body);
    expect((await desk.auditor.get(refunds, { query: { invoiceId: invoice.id } })).body.items).toEqual([body]);
  });

  it('of a void invoice can be refunded in parts', async () => {
    const approval = anApproval();
    const invoice = await desk.opened(approval);
    await desk.pay({ reference: invoice.reference });
    await service.receive(applicationReleased, { ...applicationOf(approval), reason: 'organizer' as const }, { aggregateVersion: 6 });
    expect((await creditOf(approval.organisationId))[0]).toMatchObject({ cause: 'organizer', credit: cny(1_272_000) });
    await desk.clerk.post(refunds, aRefund(invoice.id, { amount: cny(1_000_000) }));
    await desk.clerk.post(refunds, aRefund(invoice.id, { amount: cny(272_000) }));
    expect(await creditOf(approval.organisationId)).toEqual([]);
    expect(await ledgerOf(invoice.id)).toEqual({});
  });

  it('is not refunded twice, nor beyond its amount', async () => {
    const { invoice } = await overpaidBy(500);
    const refund = aRefund(invoice.id, { amount: cny(300) });
    const [first, second] = [await desk.clerk.post(refunds, refund), await desk.clerk.post(refunds, refund)];
    expect(second.body).toEqual(first.body);
    const other = await desk.clerk.post(refunds, { ...refund, amount: cny(200) });
    expect([other.status, other.body.code]).toEqual([409, 'refund.statement_used']);
    const tooMuch = await desk.clerk.post(refunds, aRefund(invoice.id, { amount: cny(201) }));
    expect([tooMuch.status, tooMuch.body.code, tooMuch.body.credit]).toEqual([409, 'refund.exceeds_credit', cny(200)]);
    const both = await Promise.all([1, 2].map(() => desk.clerk.post(refunds, aRefund(invoice.id, { amount: cny(200) }))));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ['negative money', { amount: cny(-5) }, '/amount/amount', 'too_small'],
    ['a day that does not exist', { refundedOn: '2023-13-01' }, '/refundedOn', 'not_a_date'],
    ['tomorrow', { refundedOn: '2023-03-02' }, '/refundedOn', 'in_the_future'],
  ])('with %s is refused', async (_what, given, pointer, code) => {
    const { status, body } = await desk.clerk.post(refunds, aRefund(randomUUID(), given));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
  });

  it('can be refunded by the finance clerk only', async () => {
    for (const outsider of [desk.organizer, desk.auditor, service.as({ roles: ['organisation_admin'], organisationId: randomUUID() })]) {
      expect((await outsider.post(refunds, aRefund(randomUUID()))).status).toBe(403);
    }
    expect((await service.anonymous.get('/v1/billing/credits')).status).toBe(401);
    expect((await desk.clerk.post(refunds, aRefund(randomUUID()))).body.code).toBe('invoice.not_found');
    expect((await desk.clerk.get(`${refunds}/${randomUUID()}`)).body.code).toBe('refund.not_found');
  });
});

describe('the ledger', () => {
  it('adds up, and agrees with the invoices', async () => {
    const [sum] = await service.query<{ sum: number }>(`SELECT sum(amount)::int AS sum FROM ledger_entries`);
    expect(sum?.sum).toBe(0);
    const wrong = await service.query(`
      SELECT i.number FROM invoices i JOIN ledger_entries e ON e.invoice_id = i.id GROUP BY i.id
      HAVING coalesce(sum(e.amount) FILTER (WHERE e.account IN ('bank', 'unassigned')), 0) <> i.received - i.refunded
          OR coalesce(-sum(e.amount) FILTER (WHERE e.account = 'credits'), 0) <> i.credit
          OR coalesce(sum(e.amount) FILTER (WHERE e.account = 'receivable'), 0)
             <> CASE WHEN i.status = 'void' THEN 0 ELSE i.gross END + i.credit + i.refunded - i.received`);
    expect(wrong).toEqual([]);
  });

  it('refuses at the commit any booking that does not add up, and any change of existing rows', async () => {
    const entry = (account: string, amount: number) =>
      service.query(`INSERT INTO ledger_entries (booking_id, event, booked_at, account, amount) VALUES ($1, 'received', now(), $2, $3)`, [
        booking,
        account,
        amount,
      ]);
    let booking = randomUUID();
    await service.query('BEGIN');
    await entry('bank', 5);
    await entry('unassigned', -5);
    await service.query('COMMIT');
    booking = randomUUID();
    await service.query('BEGIN');
    await entry('bank', 5);
    await entry('unassigned', -4);
    await expect(service.query('COMMIT')).rejects.toThrow('does not add up to zero');
    await expect(service.query(`UPDATE ledger_entries SET amount = 1`)).rejects.toThrow('only added to');
    await expect(service.query(`DELETE FROM ledger_entries`)).rejects.toThrow('only added to');
  });
});
