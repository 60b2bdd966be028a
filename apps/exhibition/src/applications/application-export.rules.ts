import { stringify } from 'csv-stringify/sync';
import type { ApplicationDto } from './application.dto.js';

type Row = Omit<ApplicationDto, 'allowedActions'>;

const columns: readonly { header: string; value: (row: Row) => string | number | null | undefined }[] = [
  { header: 'number', value: row => row.number },
  { header: 'status', value: row => row.status },
  { header: 'board', value: row => row.boardCode },
  { header: 'boardZh', value: row => row.boardName.zh },
  { header: 'boardEn', value: row => row.boardName.en },
  { header: 'region', value: row => row.regionCode },
  { header: 'area', value: row => row.areaType },
  { header: 'exhibitorKind', value: row => row.exhibitorKind },
  { header: 'nameZh', value: row => row.fasciaName?.zh },
  { header: 'nameEn', value: row => row.fasciaName?.en },
  { header: 'contact', value: row => row.contact?.name },
  { header: 'phone', value: row => row.contact?.phone },
  { header: 'mail', value: row => row.contact?.mail },
  { header: 'exhibits', value: row => row.exhibits.map(({ name }) => name).join('; ') },
  { header: 'endorsement', value: row => row.endorsement },
  { header: 'late', value: row => String(row.isLate) },
  { header: 'submittedAt', value: row => row.submittedAt?.toISOString() },
  { header: 'booth', value: row => row.boothNumber },
  { header: 'payBy', value: row => row.payBy },
  { header: 'paid', value: row => String(row.isPaid) },
  { header: 'sealVerified', value: row => String(row.isSealVerified) },
  { header: 'organisationId', value: row => row.organisationId },
  { header: 'id', value: row => row.id },
];

/**
 * Pages of applications as CSV, piece by piece. It starts with a byte order mark, without which spreadsheets garble Chinese;
 * a value that a spreadsheet would run as a formula gets an apostrophe. Every cell is quoted: a spreadsheet that takes a semicolon
 * for the end of a cell would otherwise see formulas in the middle of a text.
 */
export async function* applicationsCsv(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<string> {
  yield `\uFEFF${stringify([columns.map(({ header }) => header)], { quoted: true })}`;
  for await (const rows of pages)
    yield stringify(
      rows.map(row => columns.map(({ value }) => value(row) ?? '')),
      { quoted: true, escape_formulas: true },
    );
}
