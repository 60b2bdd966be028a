import { DomainError } from '@ciep/kernel';

/** An event about an application arrived before the one that opens its invoice; the inbox retries it. */
export class InvoiceNotOpenedYet extends DomainError {
  constructor(applicationId: string) {
    super(
      'conflict',
      'invoice.not_opened_yet',
      { zh: '该申请的账单尚未开具。', en: 'The invoice of this application has not been opened yet.' },
      { applicationId },
    );
  }
}

export class InvoiceNotPaidEnough extends DomainError {
  constructor(invoiceId: string, outstanding: number) {
    super(
      'conflict',
      'invoice.not_paid_enough',
      { zh: '账单未付清，不能恢复为已付。', en: 'The invoice cannot stand as paid: money is missing.' },
      { invoiceId, outstanding },
    );
  }
}

export class InvoiceVoid extends DomainError {
  constructor(invoiceId: string) {
    super(
      'conflict',
      'invoice.void',
      { zh: '账单已作废，不再要求付款。', en: 'The invoice is void and asks for nothing any more.' },
      { invoiceId },
    );
  }
}

export class RefundExceedsCredit extends DomainError {
  constructor(invoiceId: string, credit: number, asked: number) {
    super(
      'conflict',
      'refund.exceeds_credit',
      { zh: '退款金额超过应退余额。', en: 'The refund is more than the credit that is held.' },
      { invoiceId, credit: { amount: credit, currency: 'CNY' }, asked: { amount: asked, currency: 'CNY' } },
    );
  }
}
