import { applicationReallocationRefused, type ApplicationReallocationRefused } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { HoldRefusedPayment } from '../invoices/hold-refused-payment.use-case.js';

@Controller()
export class HoldPaymentWhenReallocationRefused {
  constructor(private readonly holdRefusedPayment: HoldRefusedPayment) {}

  @ReactsTo(applicationReallocationRefused)
  async on({ invoiceId }: ApplicationReallocationRefused, { tx }: ReactionContext): Promise<void> {
    await this.holdRefusedPayment.execute({ invoiceId }, tx);
  }
}
