import { DomainError } from '@ciep/kernel';

/**
 * The bank numbers each line of a statement uniquely, so another payment with that number is a typing error
 * (docs/rules.md#statement-number).
 */
export class StatementNumberUsed extends DomainError {
  constructor(paymentId: string, statementNumber: string) {
    super(
      'conflict',
      'payment.statement_used',
      { zh: '该账户的此流水号已登记为另一笔款项。', en: 'This statement number of the account is already recorded with other content.' },
      { paymentId, statementNumber },
    );
  }
}

export class PaymentAlreadyAssigned extends DomainError {
  constructor(paymentId: string, invoiceId: string) {
    super(
      'conflict',
      'payment.already_assigned',
      { zh: '该款项已对应账单。', en: 'The payment already belongs to an invoice.' },
      { paymentId, invoiceId },
    );
  }
}

export class ReferenceNamesAnotherInvoice extends DomainError {
  constructor(reference: string, invoiceId: string) {
    super(
      'conflict',
      'payment.reference_mismatch',
      { zh: '付款参考号属于另一账单。', en: 'The reference names another invoice than the one given.' },
      { reference, invoiceId },
    );
  }
}

export class ReceivedInTheFuture extends DomainError {
  constructor() {
    super('invalid', 'payment.in_the_future', { zh: '到账日期不能晚于今天。', en: 'Money cannot have come later than today.' }, {}, [
      { pointer: '/receivedOn', code: 'in_the_future', detail: { zh: '日期晚于今天。', en: 'This date is later than today.' } },
    ]);
  }
}
