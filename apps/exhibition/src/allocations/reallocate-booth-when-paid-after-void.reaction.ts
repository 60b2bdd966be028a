import { invoicePaidAfterVoid, type InvoicePaidAfterVoid } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { ReallocateBooth } from './reallocate-booth.use-case.js';

@Controller()
export class ReallocateBoothWhenPaidAfterVoid {
  constructor(private readonly reallocateBooth: ReallocateBooth) {}

  @ReactsTo(invoicePaidAfterVoid)
  async on({ applicationId, invoiceId }: InvoicePaidAfterVoid, { tx }: ReactionContext): Promise<void> {
    await this.reallocateBooth.execute({ applicationId, invoiceId }, tx);
  }
}
