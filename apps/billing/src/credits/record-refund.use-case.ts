import { chineseDate, Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { normalLine } from '../ledger/statement.rules.js';
import { Refund, type RecordedRefund } from './refund.entity.js';
import { RefundedInTheFuture, RefundStatementNumberUsed } from './refund.errors.js';
import { RefundRepository } from './refund.repository.js';

/** Marks credit as sent back; the same line of the bank statement again answers the refund that is there. */
@Injectable()
export class RecordRefund {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute(asked: RecordedRefund, tx: Tx): Promise<string> {
    const given = normalLine(asked);
    const at = this.clock.now();
    if (given.refundedOn > chineseDate(at)) throw new RefundedInTheFuture();
    const known = await this.refunds.underStatement(tx, given.account, given.statementNumber);
    if (known?.isTheSame(given)) return known.id;
    if (known) throw new RefundStatementNumberUsed(known.id, known.statementNumber);

    const refund = Refund.record(given, at);
    await this.books.change(tx, given.invoiceId, { event: 'refunded', at, refundId: refund.id }, invoice =>
      invoice.refund(given.amount, at),
    );
    await this.refunds.in(tx).insert(refund);
    return refund.id;
  }
}
