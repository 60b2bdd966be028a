import { chineseDate, Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { InvoiceRepository } from '../invoices/invoice.repository.js';
import { normalReference } from '../invoices/reference.rules.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { OurAccounts } from '../ledger/our-accounts.service.js';
import { normalLine } from '../ledger/statement.rules.js';
import { Payment, type RecordedPayment } from './payment.entity.js';
import { ReceivedInTheFuture, ReferenceNamesAnotherInvoice, StatementNumberUsed } from './payment.errors.js';
import { PaymentRepository } from './payment.repository.js';

/** A transfer from a clerk or a bank statement; with `invoiceId` if its invoice is known. */
export type AskedPayment = Omit<RecordedPayment, 'statementKey'> & { readonly invoiceId?: string | undefined };

/**
 * Records one line of a bank statement once: the same line returns the existing payment. Money without an invoice is kept unassigned rather
 * than refused, because the bank already has it (docs/rules.md#unassigned-money).
 */
@Injectable()
export class IncomingPayments {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly invoices: InvoiceRepository,
    private readonly books: InvoiceBooks,
    private readonly ledger: LedgerRepository,
    private readonly accounts: OurAccounts,
    private readonly clock: Clock,
  ) {}

  async record(asked: AskedPayment, tx: Tx): Promise<string> {
    const { invoiceId, ...line } = asked;
    const given = {
      ...normalLine(line),
      payer: line.payer.trim(),
      reference: line.reference === null ? null : normalReference(line.reference),
    };
    this.accounts.check(given.account);
    const at = this.clock.now();
    if (given.receivedOn > chineseDate(at)) throw new ReceivedInTheFuture();

    const known = await this.payments.underStatement(tx, given.account, given.statementKey);
    if (known?.isTheSame(given, invoiceId)) return known.id;
    if (known) throw new StatementNumberUsed(known.id, known.statementNumber);

    const payment = Payment.record(given, (await this.invoiceOf(tx, given.reference, invoiceId)) ?? null, at);
    await this.payments.in(tx).insert(payment);
    const occasion = { event: 'received', paymentId: payment.id } as const;
    if (payment.invoiceId === null) await this.ledger.book(tx, { bank: payment.amount, unassigned: -payment.amount }, { ...occasion, at });
    else
      await this.books.change(tx, payment.invoiceId, occasion, (invoice, now) => invoice.receive(payment.amount, now, payment.receivedOn));
    return payment.id;
  }

  private async invoiceOf(tx: Tx, reference: string | null, invoiceId: string | undefined): Promise<string | undefined> {
    const named = reference === null ? undefined : await this.invoices.byReference(tx, reference);
    if (reference !== null && named && invoiceId && named !== invoiceId) throw new ReferenceNamesAnotherInvoice(reference, named);
    return invoiceId ?? named;
  }
}
