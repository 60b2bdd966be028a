import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from './invoice-books.service.js';

/** The booth was gone when the money came: it is held for its payer. */
@Injectable()
export class HoldRefusedPayment {
  constructor(
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ invoiceId }: { invoiceId: string }, tx: Tx): Promise<void> {
    const at = this.clock.now();
    await this.books.change(tx, invoiceId, { event: 'credited', at }, invoice => invoice.refuseReallocation(at));
  }
}
