import type { ApplicationReallocated } from '@ciep/contracts';
import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationEndRepository } from '../applications/application-end.repository.js';
import { InvoiceBooks } from './invoice-books.service.js';

/** The booth was still free and is allocated again: the invoice stands as paid, unless the application has ended since. */
@Injectable()
export class ReinstateInvoice {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ reallocated, version }: { reallocated: ApplicationReallocated; version: number }, tx: Tx): Promise<void> {
    const { applicationId, allocationId, invoiceId } = reallocated;
    if ((await this.ends.lock(tx, applicationId)) > version) return;
    const at = this.clock.now();
    await this.books.change(tx, invoiceId, { event: 'reinstated', at }, invoice =>
      invoice.reinstate({ allocationId, booth: reallocated, applicationVersion: version }, at),
    );
  }
}
