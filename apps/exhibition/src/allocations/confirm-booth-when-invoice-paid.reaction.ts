import { invoicePaid, type InvoicePaid } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { NotePayment } from './note-payment.use-case.js';

@Controller()
export class ConfirmBoothWhenInvoicePaid {
  constructor(private readonly notePayment: NotePayment) {}

  @ReactsTo(invoicePaid)
  async on({ applicationId, invoiceId }: InvoicePaid, { tx }: ReactionContext): Promise<void> {
    await this.notePayment.execute({ applicationId, invoiceId }, tx);
  }
}
