import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { writtenReference } from '../src/invoices/reference.rules.js';
import { anApproval, deskOf } from './billing.factory.js';

let service: TestService;
/** Invoices: overpaid, and open. */
let [paid, open] = ['', ''];

beforeAll(async () => {
  service = await startService(billing, {
    now: '2023-03-01T09:00:00+08:00',
    // The database would refuse these faults, so triggers are off and checks dropped.
    beforeStart: async admin => {
      await admin.query('SET session_replication_role = replica');
      const { rows } = await admin.query<{ name: string }>(
        `SELECT quote_ident(conname) AS name FROM pg_constraint WHERE conrelid = 'invoices'::regclass AND contype = 'c'`,
      );
      for (const { name } of rows) await admin.query(`ALTER TABLE invoices DROP CONSTRAINT ${name}`);
    },
  });
  await seedBilling(service.find);
  const desk = deskOf(service);
  const invoice = await desk.opened(anApproval());
  await desk.pay({ reference: writtenReference(invoice.reference), amount: { amount: 1_300_000, currency: 'CNY' } });
  paid = invoice.id;
  open = (await desk.opened(anApproval())).id;
});

const found = async (invariant: string) => (await service.running.audit()).filter(violation => violation.invariant === invariant);

/** Plants a fault, expects the auditor to find it, and removes it again. */
async function expectFound(invariant: string, id: string, plant: string, undo: string): Promise<void> {
  expect(await found(invariant)).toEqual([]);
  await service.query(plant, [id]);
  expect(await found(invariant)).toEqual([{ invariant, count: 1, ids: [id] }]);
  await service.query(undo, [id]);
  expect(await service.running.audit()).toEqual([]);
}

describe('the auditor of billing', () => {
  it('finds nothing wrong in the work of the service', async () => {
    expect(await service.running.audit()).toEqual([]);
  });

  it('finds a booking that does not add up', async () => {
    const [booking] = await service.query<{ id: string }>('SELECT booking_id AS id FROM ledger_entries WHERE invoice_id = $1 LIMIT 1', [
      open,
    ]);
    await expectFound(
      'booking_adds_up',
      booking?.id ?? '',
      `UPDATE ledger_entries SET amount = amount + 1 WHERE booking_id = $1 AND account = 'receivable'`,
      `UPDATE ledger_entries SET amount = amount - 1 WHERE booking_id = $1 AND account = 'receivable'`,
    );
  });

  it.each(['credit', 'net', 'tax', 'received'])('finds an invoice whose %s differs from the booked amount', async column => {
    await expectFound(
      'invoice_stands_as_booked',
      paid,
      `UPDATE invoices SET ${column} = ${column} + 1 WHERE id = $1`,
      `UPDATE invoices SET ${column} = ${column} - 1 WHERE id = $1`,
    );
  });

  it('finds an invoice with a receipt that nobody paid', async () => {
    await expectFound(
      'invoice_has_its_payments',
      paid,
      `UPDATE payments SET amount = amount - 1 WHERE invoice_id = $1`,
      `UPDATE payments SET amount = amount + 1 WHERE invoice_id = $1`,
    );
  });

  it('finds an invoice with a refund that nobody recorded', async () => {
    await expectFound(
      'invoice_has_its_payments',
      paid,
      `UPDATE invoices SET refunded = 5 WHERE id = $1`,
      `UPDATE invoices SET refunded = 0 WHERE id = $1`,
    );
  });

  it('finds an overdue invoice without an event', async () => {
    await expectFound(
      'overdue_is_published',
      open,
      `UPDATE invoices SET due_on = due_on - 100, remind_on = NULL WHERE id = $1`,
      `UPDATE invoices SET due_on = due_on + 100 WHERE id = $1`,
    );
  });

  it('finds an invoice whose days of grace are over without an event', async () => {
    await expectFound(
      'end_of_grace_is_published',
      open,
      `UPDATE invoices SET due_on = due_on - 100, overdue_at = now() WHERE id = $1`,
      `UPDATE invoices SET due_on = due_on + 100, overdue_at = NULL WHERE id = $1`,
    );
  });

  it('finds an unpaid invoice whose booth was not released', async () => {
    await expectFound(
      'unpaid_booth_is_released',
      open,
      `UPDATE invoices SET grace_ended_at = '2023-02-01' WHERE id = $1`,
      `UPDATE invoices SET grace_ended_at = NULL WHERE id = $1`,
    );
  });

  it('finds a reminder without an event', async () => {
    await expectFound(
      'reminder_is_published',
      open,
      `UPDATE invoices SET remind_on = '2023-02-28' WHERE id = $1`,
      `UPDATE invoices SET remind_on = NULL WHERE id = $1`,
    );
  });

  it('finds a late payment that the exhibition has not answered', async () => {
    await expectFound(
      'late_payment_is_answered',
      paid,
      `UPDATE invoices SET reallocation = 'asked', updated_at = now() - interval '6 minutes' WHERE id = $1`,
      `UPDATE invoices SET reallocation = 'none' WHERE id = $1`,
    );
  });
});
