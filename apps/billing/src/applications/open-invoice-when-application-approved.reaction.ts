import { applicationApproved, type ApplicationApproved } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { OpenInvoice } from '../invoices/open-invoice.use-case.js';

@Controller()
export class OpenInvoiceWhenApplicationApproved {
  constructor(private readonly openInvoice: OpenInvoice) {}

  @ReactsTo(applicationApproved)
  async on(approved: ApplicationApproved, { tx, event }: ReactionContext): Promise<void> {
    await this.openInvoice.execute({ approved, approvedAt: new Date(event.time), version: event.aggregateversion }, tx);
  }
}
