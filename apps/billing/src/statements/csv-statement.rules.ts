import { normalCode } from '@ciep/kernel';
import { parse } from 'csv-parse/sync';
import type { RawEntry } from './statement-file.rules.js';
import { StatementUnreadable } from './statement.errors.js';

/** What the columns are called at the bank; a column that is not there every time is optional. */
export interface CsvColumns {
  readonly statementNumber: string;
  readonly entryReference?: string | undefined;
  readonly receivedOn: string;
  readonly amount: string;
  readonly reference: string;
  readonly payer: string;
  readonly delimiter: 'comma' | 'semicolon' | 'tab';
}

const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const;
const mostPreamble = 50;

/** Banks write `="0012"`, so that a spreadsheet keeps the zeros: the text is meant, and nothing is calculated. */
const cell = (written: string | undefined): string => /^="([^"]*)"$/.exec(written ?? '')?.[1] ?? (written ?? '').trim();

/** The rows below the header row; a bank's text above it is skipped. Throws {@link StatementUnreadable}. */
export function csvRows(text: string, { delimiter, ...names }: CsvColumns): RawEntry[] {
  const rows = parsed(text, delimiters[delimiter]);
  const wanted = Object.values(names).filter(name => name !== undefined);
  const missingIn = (row: readonly string[]) => wanted.filter(name => !row.some(title => normalCode(title) === normalCode(name)));
  const heads = rows.slice(0, mostPreamble);
  const head = heads.findIndex(row => missingIn(row).length === 0);
  if (head === -1) throw StatementUnreadable.columns(heads.map(missingIn).sort((a, b) => a.length - b.length)[0] ?? wanted);
  const titles = (rows[head] ?? []).map(normalCode);
  const at = (row: readonly string[], name: string | undefined) => (name === undefined ? '' : cell(row[titles.indexOf(normalCode(name))]));
  return rows.flatMap((row, index) => {
    if (index <= head || row.every(value => value.trim() === '')) return [];
    return {
      row: index + 1,
      account: undefined,
      statementNumber: at(row, names.statementNumber),
      entryReference: at(row, names.entryReference),
      receivedOn: at(row, names.receivedOn),
      amount: at(row, names.amount),
      currency: '',
      text: at(row, names.reference),
      payer: at(row, names.payer),
      isIncoming: true,
    };
  });
}

function parsed(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { bom: true, delimiter, relax_column_count: true, relax_quotes: true, max_record_size: 100_000 });
  } catch {
    throw StatementUnreadable.csv();
  }
}
