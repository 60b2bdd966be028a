import {
  CalendarDate,
  Instant,
  Int,
  ListOf,
  listQuery,
  MoneyDto,
  MoneyField,
  OneOf,
  QueryOneOf,
  QueryUuids,
  Text,
  Uuid,
} from '@ciep/platform';
import { matches, type Match } from './match.rules.js';
import { lineStates, type LineState } from './statement-line.entity.js';

/** How to read a statement. Columns are named as in the header row of the CSV file. */
export class ImportStatementQuery {
  @Text({ max: 40, optional: true, description: 'number of our account; needed for CSV; CAMT.053 contains it' })
  account?: string;

  @Text({ max: 60, optional: true, description: "column with the bank's number of the line; default 流水号" })
  statementNumberColumn?: string;

  @Text({ max: 60, optional: true, description: 'column that makes a line unique together with its number; default none' })
  entryReferenceColumn?: string;

  @Text({ max: 60, optional: true, description: 'column with the day of receipt; default 交易日期' })
  receivedOnColumn?: string;

  @Text({ max: 60, optional: true, description: 'column with the amount received, in yuan; default 贷方发生额' })
  amountColumn?: string;

  @Text({ max: 60, optional: true, description: "column with the payer's text, in which the reference is looked for; default 摘要" })
  referenceColumn?: string;

  @Text({ max: 60, optional: true, description: "column with the payer's name; default 对方户名" })
  payerColumn?: string;

  @OneOf(['comma', 'semicolon', 'tab'], { optional: true, description: 'separator of the cells; default comma' })
  delimiter?: 'comma' | 'semicolon' | 'tab';
}

export class StatementLinesQuery extends listQuery(['receivedOn', 'updatedAt']) {
  @QueryUuids({ description: 'lines of these imports' })
  jobId?: string[];

  @QueryOneOf(matches, { description: 'lines with these matches' })
  match?: Match[];

  @QueryOneOf(lineStates, { description: 'lines in these states' })
  status?: LineState[];
}

class CandidateDto {
  @Uuid({ description: 'id of the invoice' })
  invoiceId!: string;

  @Text({ max: 30, description: 'number of the invoice' })
  invoiceNumber!: string;

  @Text({ max: 20, description: 'number of its booth' })
  boothNumber!: string;
}

export class StatementLineDto {
  @Uuid({ description: 'id of the line' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @Uuid({ description: 'id of the job that imported it' })
  jobId!: string;

  @Int({ min: 1, description: 'its row in the file' })
  row!: number;

  @Text({ max: 40, description: 'number of our account, without blanks' })
  account!: string;

  @Text({
    max: 80,
    description: "the bank's number of the line; of the statement and the entry, with a slash between them, where both are given",
  })
  statementNumber!: string;

  @CalendarDate({ description: 'day the money came to the account' })
  receivedOn!: string;

  @MoneyField({ description: 'what came' })
  amount!: MoneyDto;

  @Text({ max: 200, nullable: true, description: 'what the payer wrote' })
  text!: string | null;

  @Text({ max: 200, description: 'payer as the statement names it' })
  payer!: string;

  @OneOf(matches, {
    description:
      '`exact`: it names an invoice that misses this amount; `partial`: it names one that misses another; `ambiguous`: it names several, or none and the amount fits; `none`: nothing fits',
  })
  match!: Match;

  @Uuid({ nullable: true, description: 'the invoice that is proposed, or was chosen' })
  invoiceId!: string | null;

  @Text({ max: 30, nullable: true, description: 'number of that invoice' })
  invoiceNumber!: string | null;

  @ListOf(() => CandidateDto, { max: 10, description: 'the invoices of an ambiguous line' })
  candidates!: CandidateDto[];

  @OneOf(lineStates, { description: 'proposed until a person has decided' })
  status!: LineState;

  @Uuid({ nullable: true, description: 'the payment it was recorded as' })
  paymentId!: string | null;

  @Text({ max: 500, nullable: true, description: 'why it was dismissed' })
  dismissedReason!: string | null;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

export class AcceptStatementLineDto {
  @Uuid({ optional: true, description: 'the invoice it is for; the proposed one when absent, and none where nothing fits' })
  invoiceId?: string;
}

class AcceptedLineDto extends AcceptStatementLineDto {
  @Uuid({ description: 'id of the line' })
  id!: string;

  @Int({ min: 1, description: 'version of the line that was looked at' })
  version!: number;
}

export class AcceptStatementLinesDto {
  @ListOf(() => AcceptedLineDto, { min: 1, max: 100, description: 'all are accepted, or none' })
  items!: AcceptedLineDto[];
}

export class AcceptedStatementLinesDto {
  @ListOf(() => StatementLineDto, { max: 100, description: 'the lines as they are now' })
  items!: StatementLineDto[];
}

export class DismissStatementLineDto {
  @Text({ max: 500, description: 'why it is no payment of ours' })
  reason!: string;
}
