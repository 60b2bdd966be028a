import { invoiceGraceEnded, invoiceOverdue, type InvoiceGraceEnded, type InvoiceOverdue } from '@ciep/contracts';
import { ReactsTo, type ReactionContext, type Tx } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { Holdings } from './holdings.service.js';

@Controller()
export class FreeBoothWhenGraceEnded {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
  ) {}

  @ReactsTo(invoiceGraceEnded)
  async on(lapsed: InvoiceGraceEnded, { tx }: ReactionContext): Promise<void> {
    await this.free(lapsed, tx);
  }

  /** Before there were days of grace, an overdue invoice ended them at once. */
  @ReactsTo(invoiceOverdue)
  async onOverdue(overdue: InvoiceOverdue, { tx }: ReactionContext): Promise<void> {
    if (overdue.graceEndsOn === null) await this.free(overdue, tx);
  }

  private async free({ applicationId, dueOn }: InvoiceGraceEnded, tx: Tx): Promise<void> {
    const given = await this.applications.in(tx).update(applicationId, (application, now) => application.lapse(dueOn, now));
    if (given) await this.holdings.free(given, 'overdue', tx);
  }
}
