import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IncomingPayments } from '../payments/incoming-payments.service.js';
import { StatementLineRepository } from './statement-line.repository.js';

@Injectable()
export class AcceptStatementLine {
  constructor(
    private readonly lines: StatementLineRepository,
    private readonly payments: IncomingPayments,
  ) {}

  /** Records the line as a payment, for the proposed invoice unless another is named. */
  async execute({ id, version, invoiceId }: { id: string; version: number; invoiceId?: string | undefined }, tx: Tx): Promise<void> {
    const line = await this.lines.in(tx).get(id);
    const chosen = line.invoiceFor(invoiceId);
    const { account, statementNumber, receivedOn, amount, text, payer } = line;
    const paymentId = await this.payments.record(
      { account, statementNumber, receivedOn, amount, reference: text, payer, invoiceId: chosen },
      tx,
    );
    await this.lines.in(tx).update(id, locked => locked.accept(paymentId, chosen), { version });
  }
}
