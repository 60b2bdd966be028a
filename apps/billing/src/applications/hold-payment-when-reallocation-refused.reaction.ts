import { applicationReallocationRefused, type ApplicationReallocationRefused } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';

/** The booth was already gone when the money arrived, so the money is held for the payer. */
@Controller()
export class HoldPaymentWhenReallocationRefused {
  constructor(private readonly books: InvoiceBooks) {}

  @ReactsTo(applicationReallocationRefused)
  async on({ invoiceId }: ApplicationReallocationRefused, { tx }: ReactionContext): Promise<void> {
    await this.books.change(tx, invoiceId, { event: 'credited' }, (invoice, now) => invoice.refuseReallocation(now));
  }
}
