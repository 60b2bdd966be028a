import { Readable } from 'node:stream';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { stringify } from 'csv-stringify/sync';
import { writeXlsxStream } from 'hucre/xlsx';
import { OneOf, QueryTexts } from './fields.js';
import { FileAnswer } from './answer.interceptor.js';
import { HttpRefusal } from './refusal.js';

type Cell = string | number | boolean | null | undefined;

/** A column of an export: its name for programs, its title for people, and what it says about a row. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly title: LocalizedText;
  readonly value: (row: Row) => Cell;
  /** What people call its codes. */
  readonly labels?: Readonly<Record<string, LocalizedText>>;
  /** Only where it is asked for, or where people read the table. */
  readonly extra?: true;
}

/** What every export can be asked for. */
export class TableQuery {
  @QueryTexts({ maxLength: 40, description: 'columns of the table, by their names, in this order; the usual ones when absent' })
  columns?: string[];

  @OneOf(languages, {
    optional: true,
    description: 'for people: titles in this language, labels beside codes; when absent, for programs: names and codes alone',
  })
  lang?: Language;
}

const truth: Readonly<Record<string, LocalizedText>> = { true: { zh: '是', en: 'yes' }, false: { zh: '否', en: 'no' } };

function chosen<Row>(all: readonly TableColumn<Row>[], { columns, lang }: TableQuery): readonly TableColumn<Row>[] {
  if (columns === undefined) return all.filter(({ extra }) => extra === undefined || lang !== undefined);
  return columns.map(name => {
    const column = all.find(known => known.name === name);
    if (column) return column;
    const names = all.map(known => known.name).join(', ');
    throw new HttpRefusal({
      status: 400,
      code: 'columns.unknown',
      text: { zh: `没有此列；可选：${names}。`, en: `There is no such column; possible: ${names}.` },
    });
  });
}

function cellOf<Row>({ value, labels }: TableColumn<Row>, row: Row, lang: Language | undefined): string | number {
  const cell = value(row) ?? '';
  if (typeof cell === 'boolean') return (lang && truth[String(cell)]?.[lang]) ?? String(cell);
  const label = lang === undefined ? undefined : labels?.[String(cell)]?.[lang];
  return label === undefined ? cell : `${label} (${cell})`;
}

/**
 * Rows as a table for spreadsheet programs, written while they are read. CSV has a byte order mark, without which spreadsheets garble
 * Chinese, and every cell quoted: a program that divides lines at semicolons would otherwise see formulas in the middle of a text. A
 * value that would run as a formula gets an apostrophe; in xlsx a text is a text whatever it begins with.
 *
 * Throws 400 `columns.unknown`.
 */
export async function tableAnswer<Row>(
  name: string,
  format: 'csv' | 'xlsx',
  all: readonly TableColumn<Row>[],
  pages: AsyncIterable<readonly Row[]>,
  query: TableQuery,
): Promise<FileAnswer> {
  const columns = chosen(all, query);
  const read = await begun(pages);
  const head = columns.map(({ name: technical, title }) => (query.lang === undefined ? technical : title[query.lang]));
  const cells = (row: Row) => columns.map(column => cellOf(column, row, query.lang));
  if (format === 'csv') return new FileAnswer(`${name}.csv`, 'text/csv; charset=utf-8', Readable.from(csv(head, read, cells)));
  const sheet = writeXlsxStream(rowsOf(read, cells), { name, columns: head.map(header => ({ header })), freezePane: { rows: 1 } });
  return new FileAnswer(
    `${name}.xlsx`,
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    Readable.fromWeb(sheet as Parameters<typeof Readable.fromWeb>[0]),
  );
}

/** Reads the first page, so that a refusal comes before the answer begins. */
async function begun<Row>(pages: AsyncIterable<readonly Row[]>): Promise<AsyncIterable<readonly Row[]>> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
}

async function* csv<Row>(head: string[], pages: AsyncIterable<readonly Row[]>, cells: (row: Row) => Cell[]): AsyncGenerator<string> {
  yield `\uFEFF${stringify([head], { quoted: true, escape_formulas: true })}`;
  for await (const rows of pages) yield stringify(rows.map(cells), { quoted: true, escape_formulas: true });
}

async function* rowsOf<Row>(
  pages: AsyncIterable<readonly Row[]>,
  cells: (row: Row) => (string | number)[],
): AsyncGenerator<(string | number)[]> {
  for await (const rows of pages) for (const row of rows) yield cells(row);
}
