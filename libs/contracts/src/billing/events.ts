import { z } from 'zod';
import { boothTypes } from '../exhibition/events.js';
import { defineEvent, eventsOf, type EventData } from '../event-type.js';
import { amount, currency, date, id, instant, region } from '../fields.js';

/** The unit that the price of a line is for. */
export const feeUnits = ['booth', 'square_metre'] as const;
export type FeeUnit = (typeof feeUnits)[number];

export const feeSchedulePublished = defineEvent(
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
export type FeeSchedulePublished = EventData<typeof feeSchedulePublished>;

const dueOn = date.describe('last day to pay');
const paid = amount.describe('what has arrived, in fen');
const outstanding = amount.describe('what is still to be paid, in fen');
const invoice = { invoiceId: id, applicationId: id, editionId: id, organisationId: id, regionCode: region.nullable() };
const invoiceEvent = eventsOf('billing.invoice', invoice, {
  concerns: { organisation: 'organisationId', region: 'regionCode' },
  portals: true,
});

export const invoiceOpened = invoiceEvent('opened', 'An invoice is due.', {
  gross: amount.describe('what is to be paid, with tax, in fen'),
  currency,
  dueOn,
});
export type InvoiceOpened = EventData<typeof invoiceOpened>;

export const invoiceDueDateMoved = invoiceEvent('due_date_moved', 'The due date of an unpaid invoice was moved.', { dueOn });
export type InvoiceDueDateMoved = EventData<typeof invoiceDueDateMoved>;

export const invoiceReminderDue = invoiceEvent('reminder_due', 'Three days are left to pay.', { outstanding, currency, dueOn });
export type InvoiceReminderDue = EventData<typeof invoiceReminderDue>;

export const invoicePartlyPaid = invoiceEvent('partly_paid', 'Money arrived, but not all of it.', { paid, outstanding, currency });
export type InvoicePartlyPaid = EventData<typeof invoicePartlyPaid>;

export const invoicePaid = invoiceEvent('paid', 'The whole amount has arrived (once, however much more arrives later).', {
  paid,
  overpaid: amount.describe('more than was asked for, in fen'),
  currency,
});
export type InvoicePaid = EventData<typeof invoicePaid>;

export const invoiceOverdue = invoiceEvent('overdue', 'The due day is over and the invoice is not fully paid.', {
  outstanding,
  currency,
  dueOn,
  graceEndsOn: date
    .nullable()
    .default(null)
    .describe('last day on which the booth is still kept; null where there was no grace, and the booth was released at once'),
});
export type InvoiceOverdue = EventData<typeof invoiceOverdue>;

// For services only: people and portals get the release of the booth.
export const invoiceGraceEnded = eventsOf('billing.invoice', invoice)(
  'grace_ended',
  'The days of grace are over and the invoice is not fully paid: its booth is released.',
  { outstanding, currency, dueOn },
);
export type InvoiceGraceEnded = EventData<typeof invoiceGraceEnded>;

export const invoiceVoided = invoiceEvent('voided', 'The invoice asks for nothing any more.', {});
export type InvoiceVoided = EventData<typeof invoiceVoided>;

export const invoicePaidAfterVoid = invoiceEvent('paid_after_void', 'The whole amount arrived after the booth had been released.', {
  paid,
  currency,
});
export type InvoicePaidAfterVoid = EventData<typeof invoicePaidAfterVoid>;

export const invoiceCreditHeld = invoiceEvent('credit_held', 'Money is held that belongs back to the payer.', {
  credit: amount.describe('what belongs back to the payer, in fen'),
  currency,
});
export type InvoiceCreditHeld = EventData<typeof invoiceCreditHeld>;
