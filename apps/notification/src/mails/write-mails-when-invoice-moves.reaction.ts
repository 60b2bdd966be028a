import {
  invoiceCreditHeld,
  invoiceOpened,
  invoiceOverdue,
  invoicePaid,
  invoicePartlyPaid,
  invoiceReminderDue,
  type InvoiceCreditHeld,
  type InvoiceOpened,
  type InvoiceOverdue,
  type InvoicePaid,
  type InvoicePartlyPaid,
  type InvoiceReminderDue,
} from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MailQueue, type MailOrder } from './mail-queue.service.js';
import { toExhibitor, type Concerned } from './recipients.rules.js';

interface Invoice extends Concerned {
  readonly invoiceId: string;
  readonly applicationId: string;
}

@Controller()
export class WriteMailsWhenInvoiceMoves {
  constructor(private readonly mails: MailQueue) {}

  @ReactsTo(invoiceOpened)
  async opened({ gross, currency, dueOn, ...invoice }: InvoiceOpened, context: ReactionContext): Promise<void> {
    await this.tell('invoice-opened', invoice, { gross, currency, dueOn }, context);
  }

  @ReactsTo(invoiceReminderDue)
  async reminderDue({ outstanding, currency, dueOn, ...invoice }: InvoiceReminderDue, context: ReactionContext): Promise<void> {
    await this.tell('invoice-reminder-due', invoice, { outstanding, currency, dueOn }, context);
  }

  @ReactsTo(invoicePartlyPaid)
  async partlyPaid({ paid, outstanding, currency, ...invoice }: InvoicePartlyPaid, context: ReactionContext): Promise<void> {
    await this.tell('invoice-partly-paid', invoice, { paid, outstanding, currency }, context);
  }

  @ReactsTo(invoicePaid)
  async paid({ paid, overpaid, currency, ...invoice }: InvoicePaid, context: ReactionContext): Promise<void> {
    await this.tell('invoice-paid', invoice, { paid, overpaid, currency }, context);
  }

  @ReactsTo(invoiceOverdue)
  async overdue({ outstanding, currency, dueOn, ...invoice }: InvoiceOverdue, context: ReactionContext): Promise<void> {
    await this.tell('invoice-overdue', invoice, { outstanding, currency, dueOn }, context);
  }

  @ReactsTo(invoiceCreditHeld)
  async creditHeld({ credit, currency, ...invoice }: InvoiceCreditHeld, context: ReactionContext): Promise<void> {
    await this.tell('invoice-credit-held', invoice, { credit, currency }, context);
  }

  private tell(template: string, invoice: Invoice, data: MailOrder['data'], { tx, event }: ReactionContext): Promise<void> {
    const { invoiceId, applicationId } = invoice;
    return this.mails.order(event.id, [toExhibitor(template, invoice, { invoiceId, applicationId, ...data })], tx);
  }
}
