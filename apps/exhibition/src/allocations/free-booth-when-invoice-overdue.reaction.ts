import { invoiceOverdue, type InvoiceOverdue } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { ReleaseOverdueBooth } from './release-overdue-booth.use-case.js';

@Controller()
export class FreeBoothWhenInvoiceOverdue {
  constructor(private readonly releaseOverdueBooth: ReleaseOverdueBooth) {}

  @ReactsTo(invoiceOverdue)
  async on({ applicationId, dueOn }: InvoiceOverdue, { tx }: ReactionContext): Promise<void> {
    await this.releaseOverdueBooth.execute({ applicationId, dueOn }, tx);
  }
}
