import { applicationPayByExtended, type ApplicationPayByExtended } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { InvoiceRepository } from '../invoices/invoice.repository.js';
import { ApplicationEndRepository } from './application-end.repository.js';

@Controller()
export class MoveDueDateWhenPayByExtended {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
  ) {}

  @ReactsTo(applicationPayByExtended)
  async on({ applicationId, payBy }: ApplicationPayByExtended, { tx, event }: ReactionContext): Promise<void> {
    if ((await this.ends.lock(tx, applicationId)) > event.aggregateversion) return;
    const { id } = await this.invoices.openedBefore(tx, applicationId, event.aggregateversion);
    await this.invoices.in(tx).update(id, (invoice, now) => invoice.moveDueDate(payBy, now));
  }
}
