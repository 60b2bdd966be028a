import { IntersectionType } from '@nestjs/swagger';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { feeUnits, type FeeUnit } from '@ciep/contracts';
import {
  CalendarDate,
  Flag,
  Instant,
  Int,
  ListOf,
  listQuery,
  LocalizedAnswer,
  LocalizedTextDto,
  MoneyDto,
  MoneyField,
  OneOf,
  QueryFlag,
  QueryOneOf,
  QueryTexts,
  TableQuery,
  QueryUuids,
  Text,
  Uuid,
} from '@ciep/platform';
import { invoiceStates, voidReasons, type InvoiceState, type VoidReason } from './invoice.entity.js';

export class InvoiceFilterQuery {
  @QueryOneOf(invoiceStates, { description: 'in these states' })
  status?: InvoiceState[];

  @QueryFlag({ description: 'whether the due day is over and money is missing' })
  overdue?: boolean;

  @QueryFlag({ description: 'whether money is held that belongs back to the payer' })
  hasCredit?: boolean;

  @QueryUuids({ description: 'of these editions' })
  editionId?: string[];

  @QueryUuids({ description: 'of these applications' })
  applicationId?: string[];

  @QueryUuids({ description: 'of these organisations' })
  organisationId?: string[];

  @QueryTexts({ maxLength: 6, description: 'of these regions (codes)' })
  regionCode?: string[];

  @CalendarDate({ optional: true, description: 'due on this day or later' })
  dueFrom?: string;

  @CalendarDate({ optional: true, description: 'due on this day or earlier' })
  dueTo?: string;

  @Text({ max: 100, optional: true, description: 'part of the number, the reference or the booth number' })
  q?: string;
}

export class InvoicesQuery extends IntersectionType(listQuery(['number', 'dueOn', 'gross', 'openedAt', 'updatedAt']), InvoiceFilterQuery) {
  @OneOf(languages, { optional: true, description: 'flattens text in two languages to this one' })
  lang?: Language;
}

export class InvoicesTableQuery extends IntersectionType(InvoicesQuery, TableQuery) {}

export class InvoiceLineDto {
  @LocalizedAnswer({ description: 'what is charged' })
  text!: LocalizedTextDto | string;

  @OneOf(feeUnits, { description: 'what the price is per' })
  unit!: FeeUnit;

  @MoneyField({ description: 'net price of one unit' })
  unitPrice!: MoneyDto;

  @Int({ min: 1, description: 'area of the booth, in square decimetres (100 are a square metre)' })
  areaDm2!: number;

  @MoneyField({ description: 'without tax' })
  net!: MoneyDto;

  @MoneyField({ description: 'tax, rounded half up' })
  tax!: MoneyDto;

  @MoneyField({ description: 'with tax' })
  gross!: MoneyDto;
}

export class InvoiceDto {
  @Uuid({ description: 'id of the invoice' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @Text({ max: 30, description: 'number in the gap-free series of its year', example: 'CIEP-2023-000001' })
  number!: string;

  @Text({ max: 40, description: 'payment reference (ISO 11649) that the transfer must name', example: 'RF1723000001' })
  reference!: string;

  @Uuid({ description: 'the edition' })
  editionId!: string;

  @Uuid({ description: 'the application whose booth is charged' })
  applicationId!: string;

  @Text({ max: 30, nullable: true, description: 'number of the application; null if its event had none' })
  applicationNumber!: string | null;

  @Uuid({ description: 'the organisation that pays' })
  organisationId!: string;

  @LocalizedAnswer({ nullable: true, description: 'its legal name, in both languages or in the one asked for by ?lang=' })
  organisationName!: LocalizedText | null;

  @Text({ max: 18, nullable: true, description: 'its unified social credit code; null for a foreign organisation' })
  creditCode!: string | null;

  @Text({ max: 200, nullable: true, description: 'register and number of a foreign organisation', example: 'LEI 5493001KJTIIGC8Y1R12' })
  registerNumber!: string | null;

  @Text({ max: 6, nullable: true, description: 'code of the region; null where none is concerned' })
  regionCode!: string | null;

  @Uuid({ description: 'the booth' })
  boothId!: string;

  @Text({ max: 100, description: 'number of the booth' })
  boothNumber!: string;

  @OneOf(invoiceStates, { description: 'void invoices ask for nothing' })
  status!: InvoiceState;

  @Flag({ description: 'the due day is over and money is missing' })
  overdue!: boolean;

  @CalendarDate({ description: 'last day to pay; over at 00:00 +08:00 of the next day' })
  dueOn!: string;

  @CalendarDate({ description: 'last day on which the unpaid booth is kept; then it is released' })
  graceEndsOn!: string;

  @Int({ min: 0, max: 10_000, description: 'tax rate in basis points' })
  taxBasisPoints!: number;

  @ListOf(() => InvoiceLineDto, { max: 50, description: 'what is charged' })
  lines!: InvoiceLineDto[];

  @MoneyField({ description: 'sum without tax' })
  net!: MoneyDto;

  @MoneyField({ description: 'sum of the tax of the lines' })
  tax!: MoneyDto;

  @MoneyField({ description: 'what must be paid' })
  gross!: MoneyDto;

  @MoneyField({ description: 'what has come, less what was sent back' })
  paid!: MoneyDto;

  @MoneyField({ description: 'what is missing' })
  outstanding!: MoneyDto;

  @MoneyField({ description: 'what a paid invoice got too much' })
  overpaid!: MoneyDto;

  @MoneyField({ description: 'money that is held and belongs back to the payer' })
  credit!: MoneyDto;

  @Instant({ description: 'when it was opened' })
  openedAt!: Instant;

  @Instant({ nullable: true, description: 'when the last missing money was recorded' })
  paidAt!: Instant | null;

  @CalendarDate({ nullable: true, description: 'day on which the last missing money came to the account' })
  paidOn!: string | null;

  @Flag({
    nullable: true,
    description: 'whether all of it had come by the due day, however late it was recorded; null while it is not paid',
  })
  paidInTime!: boolean | null;

  @Instant({ nullable: true, description: 'when it was found overdue; null after all when it was paid in time' })
  overdueAt!: Instant | null;

  @Instant({ nullable: true, description: 'when it became void' })
  voidedAt!: Instant | null;

  @OneOf(voidReasons, {
    nullable: true,
    description: 'why it is void: application withdrawn or rejected, booth released because overdue or by the organizer',
  })
  voidReason!: VoidReason | null;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

class InvoicePaymentDto {
  @Uuid({ description: 'id of the payment' })
  id!: string;

  @CalendarDate({ description: 'day it came to the account' })
  receivedOn!: string;

  @MoneyField({ description: 'what came' })
  amount!: MoneyDto;
}

class InvoiceRefundDto {
  @Uuid({ description: 'id of the refund' })
  id!: string;

  @CalendarDate({ description: 'day it left the account' })
  refundedOn!: string;

  @MoneyField({ description: 'what was sent back' })
  amount!: MoneyDto;
}

export class InvoiceDetailsDto extends InvoiceDto {
  @ListOf(() => InvoicePaymentDto, { max: 1_000, description: 'the transfers that came for it' })
  payments!: InvoicePaymentDto[];

  @ListOf(() => InvoiceRefundDto, { max: 1_000, description: 'the transfers that went back' })
  refunds!: InvoiceRefundDto[];
}

export class InvoiceCountsDto {
  @Int({ description: 'all invoices that fit' })
  total!: number;

  @Int({ description: 'of them open: nothing has come' })
  open!: number;

  @Int({ description: 'of them partly paid' })
  partlyPaid!: number;

  @Int({ description: 'of them paid' })
  paid!: number;

  @Int({ description: 'of them void' })
  void!: number;

  @Int({ description: 'of the open and partly paid ones overdue' })
  overdue!: number;
}
