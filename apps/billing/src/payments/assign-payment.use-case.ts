import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { PaymentRepository } from './payment.repository.js';

@Injectable()
export class AssignPayment {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly books: InvoiceBooks,
  ) {}

  async execute({ id, version, invoiceId }: { id: string; version: number; invoiceId: string }, tx: Tx): Promise<void> {
    const { amount, receivedOn } = await this.payments.in(tx).update(
      id,
      (payment, now) => {
        payment.assign(invoiceId, now);
        return payment;
      },
      { version },
    );
    const occasion = { event: 'assigned', paymentId: id, outOfUnassigned: true } as const;
    await this.books.change(tx, invoiceId, occasion, (invoice, now) => invoice.receive(amount, now, receivedOn));
  }
}
