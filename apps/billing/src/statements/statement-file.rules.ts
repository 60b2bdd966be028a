import { chineseDate, normalCode } from '@ciep/kernel';
import { normalLine } from '../ledger/statement.rules.js';
import { camtRows } from './camt-statement.rules.js';
import { csvRows, type CsvColumns } from './csv-statement.rules.js';
import { StatementUnreadable } from './statement.errors.js';

/** One movement on the account as it is in the file, not yet checked. */
export interface RawEntry {
  /** Line of the CSV, or place of the entry in the XML, from 1 on. */
  readonly row: number;
  readonly account: string | undefined;
  readonly statementNumber: string;
  readonly entryReference: string;
  readonly receivedOn: string;
  readonly amount: string;
  readonly currency: string;
  readonly text: string;
  readonly payer: string;
  /** Money that came, and is booked; everything else is nothing to us. */
  readonly isIncoming: boolean;
}

/** Money that came to the account. */
export interface IncomingEntry {
  readonly row: number;
  readonly account: string;
  readonly statementNumber: string;
  /** Its normal form; unique within the account. */
  readonly statementKey: string;
  readonly receivedOn: string;
  /** In fen. */
  readonly amount: number;
  readonly text: string | null;
  readonly payer: string;
}

/** A row that is not imported: nothing for us (`ignored`), or wrong in itself. */
export interface LeftOut {
  readonly row: number;
  readonly leftOut:
    'ignored' | 'number_missing' | 'date_invalid' | 'in_the_future' | 'amount_invalid' | 'currency_other' | 'account_unknown';
}

export type Entry = IncomingEntry | LeftOut;

/** How a file is to be read. */
export interface StatementFile {
  readonly format: 'csv' | 'xml';
  /** Our account, where the file does not say it. */
  readonly account?: string | undefined;
  readonly columns: CsvColumns;
}

/** What the job that imports a statement is called. */
export const importStatementKind = 'statement.import';

/** A day's statement of a busy account is a tenth of it. */
export const mostLines = 5_000;
export const mostBytes = 5 * 1024 * 1024;
const mostFen = 100_000_000_000;

/** Reads a bank statement; never runs, opens or expands anything in it. Throws {@link StatementUnreadable}. */
export function entriesOf(file: Buffer, { format, account, columns }: StatementFile, now: Date): Entry[] {
  const text = textOf(file);
  const raw = format === 'xml' ? camtRows(text) : csvRows(text, columns);
  if (raw.length === 0) throw StatementUnreadable.empty();
  if (raw.length > mostLines) throw StatementUnreadable.tooLong(mostLines);
  return raw.map(entry => judged(entry, account, chineseDate(now)));
}

/** Banks send UTF-8 with or without a mark, GB18030, or UTF-16 out of a spreadsheet; anything that does not fit is refused, not guessed. */
export function textOf(file: Buffer): string {
  const marked = file[0] === 0xff && file[1] === 0xfe ? 'utf-16le' : file[0] === 0xfe && file[1] === 0xff ? 'utf-16be' : undefined;
  for (const encoding of marked === undefined ? ['utf-8', 'gb18030'] : [marked]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(file);
      if (!text.includes('\u0000')) return text;
    } catch {
      // it is not in this encoding
    }
  }
  throw StatementUnreadable.encoding();
}

function judged(raw: RawEntry, ours: string | undefined, today: string): Entry {
  const leave = (leftOut: LeftOut['leftOut']): LeftOut => ({ row: raw.row, leftOut });
  const amount = fenOf(raw.amount);
  if (!raw.isIncoming || amount === 0 || /^[-−(]/u.test(normalCode(raw.amount))) return leave('ignored');
  const number = [raw.statementNumber, raw.entryReference]
    .map(plainText)
    .filter(part => part !== '')
    .join('/');
  const receivedOn = dateOf(raw.receivedOn);
  if (number === '' || number.length > 80) return leave('number_missing');
  if (receivedOn === undefined) return leave('date_invalid');
  if (receivedOn > today) return leave('in_the_future');
  if (amount === undefined || amount > mostFen) return leave('amount_invalid');
  if (!['', 'CNY', 'RMB', '人民币'].includes(normalCode(raw.currency))) return leave('currency_other');
  const text = plainText(raw.text).slice(0, 200).toWellFormed();
  return {
    ...normalLine({ account: raw.account ?? ours ?? '', statementNumber: number }),
    row: raw.row,
    receivedOn,
    amount,
    text: text === '' ? null : text,
    payer: plainText(raw.payer).slice(0, 200).toWellFormed() || '（未注明）',
  };
}

/** One line without invisible characters. Formula signs stay, because every export writes them as text. */
const plainText = (given: string): string =>
  given
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

/** `12,720.00`, `￥12720`, `12720.5`: in fen, by digits and never by fractions. */
export function fenOf(given: string): number | undefined {
  const [, yuan, fen = ''] = /^\+?(?:¥|CNY|RMB)?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2})0*)?(?:元)?$/u.exec(normalCode(given)) ?? [];
  return yuan === undefined ? (normalCode(given) === '' ? 0 : undefined) : Number(`${yuan.replaceAll(',', '')}${fen.padEnd(2, '0')}`);
}

/** `2023-03-20`, `2023/3/20`, `20230320` or `2023年3月20日`, with or without a time; an instant with its zone is that day in China. */
export function dateOf(given: string): string | undefined {
  const text = given.normalize('NFKC').trim();
  if (/T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const instant = new Date(text);
    return Number.isNaN(instant.getTime()) ? undefined : chineseDate(instant);
  }
  const [, year, month, day] = /^(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?(?:$|[ T])/u.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) ? date : undefined;
}
