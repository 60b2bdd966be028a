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
    inForceFrom: instant,
    currency,
    taxBasisPoints: z.int().nonnegative(),
    lines: z.array(z.object({ boothType: z.enum(boothTypes), unit: z.enum(feeUnits), amount })).min(1),
  }),
);
export type FeeSchedulePublished = FactData<typeof feeSchedulePublished>;

const invoice = { invoiceId: id, applicationId: id, editionId: id, organisationId: id, regionCode: region.nullable() };
const tell = <Shape extends z.ZodRawShape>(verb: string, meaning: string, shape: Shape) =>
  defineFact(`billing.invoice.${verb}.v1`, meaning, z.object({ ...invoice, ...shape }));

export const invoiceOpened = tell('opened', 'An invoice is due.', { gross: amount, currency, dueOn: date });
export type InvoiceOpened = FactData<typeof invoiceOpened>;

export const invoiceDueDateMoved = tell('due_date_moved', 'The due date of an unpaid invoice was moved.', { dueOn: date });
export type InvoiceDueDateMoved = FactData<typeof invoiceDueDateMoved>;

export const invoiceReminderDue = tell('reminder_due', 'Three days are left to pay.', { outstanding: amount, currency, dueOn: date });
export type InvoiceReminderDue = FactData<typeof invoiceReminderDue>;

export const invoicePartlyPaid = tell('partly_paid', 'Money arrived, but not all of it.', { paid: amount, outstanding: amount, currency });
export type InvoicePartlyPaid = FactData<typeof invoicePartlyPaid>;

export const invoicePaid = tell('paid', 'The whole amount has arrived (once, however much more arrives later).', {
  paid: amount,
  overpaid: amount,
  currency,
});
export type InvoicePaid = FactData<typeof invoicePaid>;

export const invoiceOverdue = tell('overdue', 'The due day is over and the invoice is not fully paid.', {
  outstanding: amount,
  currency,
  dueOn: date,
});
export type InvoiceOverdue = FactData<typeof invoiceOverdue>;

export const invoiceVoided = tell('voided', 'The invoice asks for nothing any more.', {});
export type InvoiceVoided = FactData<typeof invoiceVoided>;

export const invoicePaidAfterVoid = tell('paid_after_void', 'The whole amount arrived after the booth had been released.', {
  paid: amount,
  currency,
});
export type InvoicePaidAfterVoid = FactData<typeof invoicePaidAfterVoid>;

export const invoiceCreditHeld = tell('credit_held', 'Money is held that belongs back to the payer.', { credit: amount, currency });
export type InvoiceCreditHeld = FactData<typeof invoiceCreditHeld>;
