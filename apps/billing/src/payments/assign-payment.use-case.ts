import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { PaymentRepository } from './payment.repository.js';

@Injectable()
export class AssignPayment {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, invoiceId }: { id: string; version: number; invoiceId: string }, tx: Tx): Promise<void> {
    const at = this.clock.now();
    const amount = await this.payments.in(tx).update(
      id,
      payment => {
        payment.assign(invoiceId, at);
        return payment.amount;
      },
      { version },
    );
    const occasion = { event: 'assigned', at, paymentId: id, outOfUnassigned: true } as const;
    await this.books.change(tx, invoiceId, occasion, invoice => invoice.receive(amount, at));
  }
}
