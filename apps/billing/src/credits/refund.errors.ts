import { DomainError } from '@ciep/kernel';

export class RefundStatementNumberUsed extends DomainError {
  constructor(refundId: string, statementNumber: string) {
    super(
      'conflict',
      'refund.statement_used',
      { zh: '该账户的此流水号已登记为另一笔退款。', en: 'This statement number of the account is already recorded for another refund.' },
      { refundId, statementNumber },
    );
  }
}

export class RefundedInTheFuture extends DomainError {
  constructor() {
    super('invalid', 'refund.in_the_future', { zh: '退款日期不能晚于今天。', en: 'Money cannot have gone later than today.' }, {}, [
      { pointer: '/refundedOn', code: 'in_the_future', detail: { zh: '日期晚于今天。', en: 'This date is later than today.' } },
    ]);
  }
}
