import {
  invoiceCreditHeld,
  invoiceDueDateMoved,
  invoiceOpened,
  invoiceOverdue,
  invoicePaid,
  invoicePaidAfterVoid,
  invoicePartlyPaid,
  invoiceReminderDue,
  invoiceVoided,
  type InvoiceCreditHeld,
  type InvoiceDueDateMoved,
  type InvoiceOpened,
  type InvoiceOverdue,
  type InvoicePaid,
  type InvoicePaidAfterVoid,
  type InvoicePartlyPaid,
  type InvoiceReminderDue,
  type InvoiceVoided,
} from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { DeliveryQueue } from './delivery-queue.service.js';

@Controller()
export class TellWebhooksWhenInvoiceMoves {
  constructor(private readonly deliveries: DeliveryQueue) {}

  @ReactsTo(invoiceOpened)
  opened(data: InvoiceOpened, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoiceDueDateMoved)
  dueDateMoved(data: InvoiceDueDateMoved, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoiceReminderDue)
  reminderDue(data: InvoiceReminderDue, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoicePartlyPaid)
  partlyPaid(data: InvoicePartlyPaid, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoicePaid)
  paid(data: InvoicePaid, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoiceOverdue)
  overdue(data: InvoiceOverdue, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoiceVoided)
  voided(data: InvoiceVoided, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoicePaidAfterVoid)
  paidAfterVoid(data: InvoicePaidAfterVoid, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(invoiceCreditHeld)
  creditHeld(data: InvoiceCreditHeld, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }
}
