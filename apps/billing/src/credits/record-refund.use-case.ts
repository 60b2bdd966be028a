import { chineseDate, Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { OurAccounts } from '../ledger/our-accounts.service.js';
import { normalLine } from '../ledger/statement.rules.js';
import { Refund, type RecordedRefund } from './refund.entity.js';
import { RefundedInTheFuture, RefundStatementNumberUsed } from './refund.errors.js';
import { RefundRepository } from './refund.repository.js';

/** Records a refund; the same line of a bank statement returns the existing refund. */
@Injectable()
export class RecordRefund {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly books: InvoiceBooks,
    private readonly accounts: OurAccounts,
    private readonly clock: Clock,
  ) {}

  async execute(asked: Omit<RecordedRefund, 'statementKey'>, tx: Tx): Promise<string> {
    const given = normalLine(asked);
    this.accounts.check(given.account);
    const at = this.clock.now();
    if (given.refundedOn > chineseDate(at)) throw new RefundedInTheFuture();
    const known = await this.refunds.underStatement(tx, given.account, given.statementKey);
    if (known?.isTheSame(given)) return known.id;
    if (known) throw new RefundStatementNumberUsed(known.id, known.statementNumber);

    const refund = Refund.record(given, at);
    await this.books.change(tx, given.invoiceId, { event: 'refunded', refundId: refund.id }, (invoice, now) =>
      invoice.refund(given.amount, now),
    );
    await this.refunds.in(tx).insert(refund);
    return refund.id;
  }
}
