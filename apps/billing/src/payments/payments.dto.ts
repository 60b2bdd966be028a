import { IntersectionType } from '@nestjs/swagger';
import {
  CalendarDate,
  Instant,
  Int,
  listQuery,
  MoneyDto,
  MoneyField,
  Nested,
  OneOf,
  QueryFlag,
  QueryUuids,
  TableQuery,
  Text,
  Uuid,
} from '@ciep/platform';
import { PositiveMoneyDto } from '../ledger/money.dto.js';

export class RecordPaymentDto {
  @Text({
    max: 40,
    pattern: /^[0-9A-Za-z][0-9A-Za-z -]*$/,
    description: 'number of our account that the money came to, one of those that are configured',
  })
  account!: string;

  @Text({ max: 80, description: "the bank's number of the line on the statement; once for each account" })
  statementNumber!: string;

  @CalendarDate({ description: 'day it came to the account, not later than today' })
  receivedOn!: string;

  @Nested(() => PositiveMoneyDto, { description: 'what came' })
  amount!: PositiveMoneyDto;

  @Text({
    max: 200,
    optional: true,
    description: 'what the payer wrote, with the payment reference somewhere in it; unknown or mistyped leaves the payment unassigned',
  })
  reference?: string;

  @Uuid({ optional: true, description: 'the invoice it is for, where the clerk knows it' })
  invoiceId?: string;

  @Text({ max: 200, description: 'payer as the statement names it' })
  payer!: string;
}

export class AssignPaymentDto {
  @Uuid({ description: 'the invoice the money is for' })
  invoiceId!: string;
}

export class PaymentsQuery extends listQuery(['receivedOn', 'amount', 'recordedAt', 'updatedAt']) {
  @QueryFlag({ description: 'whether they belong to an invoice' })
  assigned?: boolean;

  @QueryUuids({ description: 'of these invoices' })
  invoiceId?: string[];

  @CalendarDate({ optional: true, description: 'received on this day or later' })
  receivedFrom?: string;

  @CalendarDate({ optional: true, description: 'received on this day or earlier' })
  receivedTo?: string;

  @Text({ max: 100, optional: true, description: 'part of the statement number, the reference or the payer' })
  q?: string;
}

export class PaymentsTableQuery extends IntersectionType(PaymentsQuery, TableQuery) {}

export const referenceHints = ['missing', 'mistyped', 'unknown', 'several'] as const;
export type ReferenceHint = (typeof referenceHints)[number];

export class PaymentDto {
  @Uuid({ description: 'id of the payment' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @Text({ max: 40, description: 'number of our account that the money came to, without blanks' })
  account!: string;

  @Text({ max: 80, description: "the bank's number of the line on the statement" })
  statementNumber!: string;

  @CalendarDate({ description: 'day it came to the account' })
  receivedOn!: string;

  @MoneyField({ description: 'what came' })
  amount!: MoneyDto;

  @Text({ max: 200, nullable: true, description: 'payment reference, or what the payer wrote instead, without blanks' })
  reference!: string | null;

  @OneOf(referenceHints, {
    nullable: true,
    description: 'why an unassigned payment found no invoice: no reference, wrong check digits, none of ours, or several of them',
  })
  referenceHint!: ReferenceHint | null;

  @Text({ max: 200, description: 'payer as the statement names it' })
  payer!: string;

  @Uuid({ nullable: true, description: 'the invoice it belongs to; null while unassigned' })
  invoiceId!: string | null;

  @Text({ max: 30, nullable: true, description: 'number of that invoice' })
  invoiceNumber!: string | null;

  @Instant({ description: 'when it was recorded' })
  recordedAt!: Instant;

  @Instant({ nullable: true, description: 'when it was assigned' })
  assignedAt!: Instant | null;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}
