import { z } from 'zod';
import { boothTypes } from '../exhibition/facts.js';
import { defineFact, type FactData } from '../fact-type.js';
import { amount, currency, date, id, instant, region } from '../fields.js';

/** What the price of a line is per. */
export const feeUnits = ['booth', 'square_metre'] as const;
export type FeeUnit = (typeof feeUnits)[number];

export const feeSchedulePublished = defineFact(
  'billing.fee_schedule.published.v1',
  'A version of the booth fees of an edition, in force from an instant on; net prices in minor units.',
  z.object({
    feeScheduleId: id,
    editionId: id,
    inForceFrom: instant.describe('first instant at which it counts'),
    currency,
    taxBasisPoints: z.int().nonnegative().describe('tax on top, in hundredths of a percent: 600 is 6 %'),
    lines: z.array(z.object({ boothType: z.enum(boothTypes), unit: z.enum(feeUnits).describe('what the price is per'), amount })).min(1),
  }),
);
export type FeeSchedulePublished = FactData<typeof feeSchedulePublished>;

const dueOn = date.describe('last day to pay');
const paid = amount.describe('what has arrived, in fen');
const outstanding = amount.describe('what is still to be paid, in fen');
const invoice = { invoiceId: id, applicationId: id, editionId: id, organisationId: id, regionCode: region.nullable() };
const tell = <Shape extends z.ZodRawShape>(verb: string, meaning: string, shape: Shape) =>
  defineFact(`billing.invoice.${verb}.v1`, meaning, z.object({ ...invoice, ...shape }));

export const invoiceOpened = tell('opened', 'An invoice is due.', {
  gross: amount.describe('what is to be paid, with tax, in fen'),
  currency,
  dueOn,
});
export type InvoiceOpened = FactData<typeof invoiceOpened>;

export const invoiceDueDateMoved = tell('due_date_moved', 'The due date of an unpaid invoice was moved.', { dueOn });
export type InvoiceDueDateMoved = FactData<typeof invoiceDueDateMoved>;

export const invoiceReminderDue = tell('reminder_due', 'Three days are left to pay.', { outstanding, currency, dueOn });
export type InvoiceReminderDue = FactData<typeof invoiceReminderDue>;

export const invoicePartlyPaid = tell('partly_paid', 'Money arrived, but not all of it.', { paid, outstanding, currency });
export type InvoicePartlyPaid = FactData<typeof invoicePartlyPaid>;

export const invoicePaid = tell('paid', 'The whole amount has arrived (once, however much more arrives later).', {
  paid,
  overpaid: amount.describe('more than was asked for, in fen'),
  currency,
});
export type InvoicePaid = FactData<typeof invoicePaid>;

export const invoiceOverdue = tell('overdue', 'The due day is over and the invoice is not fully paid.', {
  outstanding,
  currency,
  dueOn,
});
export type InvoiceOverdue = FactData<typeof invoiceOverdue>;

export const invoiceVoided = tell('voided', 'The invoice asks for nothing any more.', {});
export type InvoiceVoided = FactData<typeof invoiceVoided>;

export const invoicePaidAfterVoid = tell('paid_after_void', 'The whole amount arrived after the booth had been released.', {
  paid,
  currency,
});
export type InvoicePaidAfterVoid = FactData<typeof invoicePaidAfterVoid>;

export const invoiceCreditHeld = tell('credit_held', 'Money is held that belongs back to the payer.', {
  credit: amount.describe('what belongs back to the payer, in fen'),
  currency,
});
export type InvoiceCreditHeld = FactData<typeof invoiceCreditHeld>;
