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
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import type { VoidReason } from '../invoices/invoice.entity.js';
import { InvoiceRepository } from '../invoices/invoice.repository.js';
import { ApplicationEndRepository } from './application-end.repository.js';

/** An ended application owes nothing. If it has no invoice, only the end is recorded. */
@Controller()
export class VoidInvoiceWhenApplicationEnded {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
    private readonly books: InvoiceBooks,
  ) {}

  @ReactsTo(applicationWithdrawn)
  async onWithdrawn({ applicationId }: ApplicationWithdrawn, context: ReactionContext): Promise<void> {
    await this.end(applicationId, 'withdrawn', context);
  }

  @ReactsTo(applicationRejected)
  async onRejected({ applicationId }: ApplicationRejected, context: ReactionContext): Promise<void> {
    await this.end(applicationId, 'rejected', context);
  }

  @ReactsTo(applicationReleased)
  async onReleased({ applicationId, reason }: ApplicationReleased, context: ReactionContext): Promise<void> {
    await this.end(applicationId, reason, context);
  }

  private async end(applicationId: string, reason: VoidReason, { tx, event }: ReactionContext): Promise<void> {
    const version = event.aggregateversion;
    await this.ends.lock(tx, applicationId);
    await this.ends.end(tx, applicationId, version);
    for (const { id, applicationVersion } of await this.invoices.ofApplication(tx, applicationId)) {
      if (applicationVersion < version)
        await this.books.change(tx, id, { event: 'voided' }, (invoice, now) => invoice.void(reason, version, now));
    }
  }
}
