import { applicationReallocated, type ApplicationReallocated } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { ReinstateInvoice } from '../invoices/reinstate-invoice.use-case.js';

@Controller()
export class ReinstateInvoiceWhenApplicationReallocated {
  constructor(private readonly reinstateInvoice: ReinstateInvoice) {}

  @ReactsTo(applicationReallocated)
  async on(reallocated: ApplicationReallocated, { tx, event }: ReactionContext): Promise<void> {
    await this.reinstateInvoice.execute({ reallocated, version: event.aggregateversion }, tx);
  }
}
