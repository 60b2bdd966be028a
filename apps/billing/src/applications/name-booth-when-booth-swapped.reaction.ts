import { applicationBoothSwapped, type ApplicationBoothSwapped } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { InvoiceRepository } from '../invoices/invoice.repository.js';
import { ApplicationEndRepository } from './application-end.repository.js';

@Controller()
export class NameBoothWhenBoothSwapped {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
  ) {}

  @ReactsTo(applicationBoothSwapped)
  async on(swapped: ApplicationBoothSwapped, { tx, event }: ReactionContext): Promise<void> {
    if ((await this.ends.lock(tx, swapped.applicationId)) > event.aggregateversion) return;
    const { id } = await this.invoices.openedBefore(tx, swapped.applicationId, event.aggregateversion);
    await this.invoices.in(tx).update(id, invoice => invoice.nameBooth(swapped));
  }
}
