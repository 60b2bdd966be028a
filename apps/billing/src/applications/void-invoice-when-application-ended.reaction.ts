import {
  applicationRejected,
  applicationReleased,
  applicationWithdrawn,
  type ApplicationRejected,
  type ApplicationReleased,
  type ApplicationWithdrawn,
} from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { VoidInvoice } from '../invoices/void-invoice.use-case.js';

@Controller()
export class VoidInvoiceWhenApplicationEnded {
  constructor(private readonly voidInvoice: VoidInvoice) {}

  @ReactsTo(applicationWithdrawn)
  async onWithdrawn({ applicationId }: ApplicationWithdrawn, { tx, event }: ReactionContext): Promise<void> {
    await this.voidInvoice.execute({ applicationId, version: event.aggregateversion, reason: 'withdrawn' }, tx);
  }

  @ReactsTo(applicationRejected)
  async onRejected({ applicationId }: ApplicationRejected, { tx, event }: ReactionContext): Promise<void> {
    await this.voidInvoice.execute({ applicationId, version: event.aggregateversion, reason: 'rejected' }, tx);
  }

  @ReactsTo(applicationReleased)
  async onReleased({ applicationId, reason }: ApplicationReleased, { tx, event }: ReactionContext): Promise<void> {
    await this.voidInvoice.execute({ applicationId, version: event.aggregateversion, reason }, tx);
  }
}
