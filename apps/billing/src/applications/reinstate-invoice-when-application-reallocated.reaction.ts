import { applicationReallocated, type ApplicationReallocated } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { ApplicationEndRepository } from './application-end.repository.js';

/** The booth was free and is allocated again, so the invoice counts as paid unless the application has ended since. */
@Controller()
export class ReinstateInvoiceWhenApplicationReallocated {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly books: InvoiceBooks,
  ) {}

  @ReactsTo(applicationReallocated)
  async on(reallocated: ApplicationReallocated, { tx, event }: ReactionContext): Promise<void> {
    const { applicationId, allocationId, invoiceId } = reallocated;
    const applicationVersion = event.aggregateversion;
    if ((await this.ends.lock(tx, applicationId)) > applicationVersion) return;
    await this.books.change(tx, invoiceId, { event: 'reinstated' }, (invoice, now) =>
      invoice.reinstate({ allocationId, booth: reallocated, applicationVersion }, now),
    );
  }
}
