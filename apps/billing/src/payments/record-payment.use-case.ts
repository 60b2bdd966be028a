import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IncomingPayments, type AskedPayment } from './incoming-payments.service.js';

@Injectable()
export class RecordPayment {
  constructor(private readonly payments: IncomingPayments) {}

  execute(asked: AskedPayment, tx: Tx): Promise<string> {
    return this.payments.record(asked, tx);
  }
}
