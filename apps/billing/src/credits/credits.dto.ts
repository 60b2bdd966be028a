import { CalendarDate, Instant, Int, listQuery, MoneyDto, MoneyField, Nested, OneOf, QueryUuids, Text, Uuid } from '@ciep/platform';
import { PositiveMoneyDto } from '../ledger/money.dto.js';

export const creditCauses = ['overpaid', 'withdrawn', 'rejected', 'overdue', 'organizer'] as const;
export type CreditCause = (typeof creditCauses)[number];

export class CreditsQuery extends listQuery(['since', 'credit', 'number'], { synchronised: false }) {
  @QueryUuids({ description: 'of these organisations' })
  organisationId?: string[];

  @Text({ max: 100, optional: true, description: 'part of the number or the reference of the invoice' })
  q?: string;
}

export class CreditDto {
  @Uuid({ description: 'id of the invoice whose payer gets the money back' })
  id!: string;

  @Text({ max: 30, description: 'number of the invoice' })
  number!: string;

  @Text({ max: 40, description: 'payment reference of the invoice' })
  reference!: string;

  @Uuid({ description: 'the organisation that the invoice was for' })
  organisationId!: string;

  @Uuid({ description: 'the application that the invoice was for' })
  applicationId!: string;

  @OneOf(creditCauses, { description: 'why it belongs back: more was paid than asked, or why the invoice became void' })
  cause!: CreditCause;

  @MoneyField({ description: 'what belongs back to the payer' })
  credit!: MoneyDto;

  @Instant({ description: 'since when it is held' })
  since!: Instant;
}

export class RecordRefundDto {
  @Uuid({ description: 'the invoice whose credit was sent back' })
  invoiceId!: string;

  @Text({ max: 40, pattern: /^[0-9A-Za-z][0-9A-Za-z -]*$/, description: 'number of our account that the money left' })
  account!: string;

  @Text({ max: 60, description: "the bank's number of the line on the statement; once for each account" })
  statementNumber!: string;

  @CalendarDate({ description: 'day it left the account, not later than today' })
  refundedOn!: string;

  @Nested(() => PositiveMoneyDto, { description: 'what was sent back, at most the credit' })
  amount!: PositiveMoneyDto;
}

export class RefundsQuery extends listQuery(['refundedOn', 'recordedAt']) {
  @QueryUuids({ description: 'of these invoices' })
  invoiceId?: string[];
}

export class RefundDto {
  @Uuid({ description: 'id of the refund' })
  id!: string;

  @Int({ min: 1, description: 'always 1: a refund is never changed' })
  version!: number;

  @Uuid({ description: 'the invoice whose credit was sent back' })
  invoiceId!: string;

  @Text({ max: 30, description: 'number of that invoice' })
  invoiceNumber!: string;

  @Text({ max: 40, description: 'number of our account that the money left' })
  account!: string;

  @Text({ max: 60, description: "the bank's number of the line on the statement" })
  statementNumber!: string;

  @CalendarDate({ description: 'day it left the account' })
  refundedOn!: string;

  @MoneyField({ description: 'what was sent back' })
  amount!: MoneyDto;

  @Instant({ description: 'when it was recorded' })
  recordedAt!: Instant;
}
