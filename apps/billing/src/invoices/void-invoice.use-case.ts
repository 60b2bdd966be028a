import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationEndRepository } from '../applications/application-end.repository.js';
import { InvoiceBooks } from './invoice-books.service.js';
import type { VoidReason } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';

/** The application ended: what it was asked to pay is asked for no more. An application without an invoice only leaves its mark. */
@Injectable()
export class VoidInvoice {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, version, reason }: { applicationId: string; version: number; reason: VoidReason }, tx: Tx): Promise<void> {
    await this.ends.lock(tx, applicationId);
    await this.ends.end(tx, applicationId, version);
    const at = this.clock.now();
    for (const { id, applicationVersion } of await this.invoices.ofApplication(tx, applicationId)) {
      if (applicationVersion < version)
        await this.books.change(tx, id, { event: 'voided', at }, invoice => invoice.void(reason, version, at));
    }
  }
}
