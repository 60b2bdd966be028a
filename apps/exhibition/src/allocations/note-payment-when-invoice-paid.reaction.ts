import { invoicePaid, type InvoicePaid } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';

@Controller()
export class NotePaymentWhenInvoicePaid {
  constructor(private readonly applications: ApplicationRepository) {}

  @ReactsTo(invoicePaid)
  async on({ applicationId, invoiceId }: InvoicePaid, { tx }: ReactionContext): Promise<void> {
    await this.applications.in(tx).update(applicationId, (application, now) => application.notePaid(invoiceId, now));
  }
}
