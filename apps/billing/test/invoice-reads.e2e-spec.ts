import { randomUUID } from 'node:crypto';
import { applicationWithdrawn, organisationActivated } from '@ciep/contracts';
import { labelOf, startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { writtenReference } from '../src/invoices/reference.rules.js';
import { anApproval, applicationOf, deskOf, type Desk } from './billing.factory.js';

const invoices = '/v1/billing/invoices';
const organisationId = randomUUID();

let service: TestService;
let desk: Desk;
let exhibitor: Api;
let own: any;
let foreign: any;
let withdrawn: any;
let late: any;
beforeAll(async () => {
  service = await startService(billing, {
    now: '2023-03-01T09:00:00+08:00',
    settings: {
      BILLING_ACCOUNT_NAME: '示例收款单位',
      BILLING_ACCOUNT_BANK: '示例银行深圳分行',
      BILLING_ACCOUNT_NUMBER: '4000123456789012345',
      BILLING_SELLER_NAME: '示例销售单位',
      BILLING_SELLER_TAX_NUMBER: '91440300MA0SELLER0',
    },
  });
  await seedBilling(service.find);
  desk = deskOf(service);
  exhibitor = service.as({ roles: ['organisation_member'], organisationId });
  own = await desk.opened(anApproval({ organisationId, boothNumber: '3C11' }));
  foreign = await desk.opened(anApproval({ boothNumber: '3C12', regionCode: '440000', payBy: '2023-03-25' }));
  const end = anApproval({ regionCode: null, boothNumber: '5E01' });
  await desk.opened(end);
  await service.receive(applicationWithdrawn, applicationOf(end), { aggregateVersion: 6 });
  withdrawn = await desk.invoiceOf(end.applicationId);
  late = await desk.opened(anApproval({ payBy: '2023-02-28', boothNumber: '=1+1' }));
  await service.runJobs();
});

const numbers = async (api: Api, query: Record<string, unknown> = {}): Promise<string[]> =>
  (await api.get(invoices, { query: { sort: 'number', ...query } })).body.items.map((item: { number: string }) => item.number);

describe('an exhibitor', () => {
  it('sees the invoices of its own organisation only', async () => {
    expect(await numbers(exhibitor)).toEqual([own.number]);
    expect(await numbers(exhibitor, { organisationId: foreign.organisationId })).toEqual([]);
    expect((await exhibitor.get(`${invoices}/counts`)).body).toMatchObject({ total: 1, open: 1 });
    const { status, body } = await exhibitor.get(`${invoices}/${own.id}`);
    expect([status, body.number]).toEqual([200, own.number]);
  });

  it('gets the same 404 for a foreign invoice as for a missing one', async () => {
    for (const path of [`${invoices}/${foreign.id}`, `${invoices}/${foreign.id}/demand.pdf`, `${invoices}/${randomUUID()}`]) {
      const { status, body } = await exhibitor.get(path);
      expect([path, status, body.code]).toEqual([path, 404, 'invoice.not_found']);
    }
  });

  it('may neither export nor see payments, credits and refunds', async () => {
    for (const path of [`${invoices}/export.csv`, '/v1/billing/payments', '/v1/billing/credits', '/v1/billing/refunds']) {
      expect([path, (await exhibitor.get(path)).status]).toEqual([path, 403]);
    }
  });

  it('without an organisation sees nothing', async () => {
    const { status, body } = await service.as({ roles: ['organisation_member'] }).get(invoices);
    expect([status, body.code]).toEqual([403, 'organisation.missing']);
  });

  it('reads the lines in one language on request', async () => {
    expect((await exhibitor.get(`${invoices}/${own.id}`, { query: { lang: 'zh' } })).body.lines[0].text).toBe('标准展位 3C11（9 平方米）');
    expect((await exhibitor.get(invoices, { query: { lang: 'en' } })).body.items[0].lines[0].text).toBe('Standard booth 3C11 (9 m²)');
  });
});

describe('everybody else', () => {
  it('needs a token, and a role that may read invoices', async () => {
    for (const path of [
      invoices,
      `${invoices}/counts`,
      `${invoices}/${own.id}`,
      `${invoices}/${own.id}/demand.pdf`,
      `${invoices}/export.csv`,
    ]) {
      expect([path, (await service.anonymous.get(path)).status]).toEqual([path, 401]);
      for (const roles of [['province_partner'], ['zone_undertaker'], ['individual'], []] as const) {
        expect([path, roles, (await service.as({ roles, organisationId, regionCode: '210000' }).get(path)).status]).toEqual([
          path,
          roles,
          403,
        ]);
      }
    }
  });

  it('reads all as organizer or auditor', async () => {
    for (const roles of [['auditor'], ['shenzhen_working_group'], ['committee_office'], ['finance_clerk']] as const) {
      expect(await numbers(service.as({ roles }))).toEqual([own.number, foreign.number, withdrawn.number, late.number]);
    }
  });
});

describe('the list', () => {
  it.each([
    ['all', {}, () => [own, foreign, withdrawn, late]],
    ['open', { status: 'open' }, () => [own, foreign, late]],
    ['void or paid', { status: 'void,paid' }, () => [withdrawn]],
    ['overdue', { overdue: true }, () => [late]],
    ['not overdue', { overdue: false }, () => [own, foreign, withdrawn]],
    ['of two regions', { regionCode: '210000,440000' }, () => [own, foreign, late]],
    ['due in a span', { dueFrom: '2023-03-20', dueTo: '2023-03-24' }, () => [own, withdrawn]],
    ['with credit', { hasCredit: true }, () => []],
    ['by booth number, whatever the case', { q: '3c1' }, () => [own, foreign]],
    ['by reference', () => ({ q: foreign.reference }), () => [foreign]],
    ['by number', () => ({ q: own.number }), () => [own]],
    ['that takes a wildcard as text', { q: '%' }, () => []],
  ] as const)('filters: %s, with matching counts', async (_what, query, expected) => {
    const given: Record<string, unknown> = typeof query === 'function' ? query() : query;
    const wanted = (expected() as { number: string }[]).map(item => item.number);
    expect(await numbers(desk.clerk, given)).toEqual(wanted);
    expect((await desk.clerk.get(`${invoices}/counts`, { query: given })).body.total).toBe(wanted.length);
    expect((await desk.clerk.get(invoices, { query: { ...given, count: true, limit: 1 } })).body.total).toBe(wanted.length);
  });

  it('counts by state', async () => {
    expect((await desk.auditor.get(`${invoices}/counts`)).body).toEqual({ total: 4, open: 3, partlyPaid: 0, paid: 0, void: 1, overdue: 1 });
  });

  it('is paginated', async () => {
    const first = await desk.clerk.get(invoices, { query: { sort: 'dueOn', limit: 3 } });
    expect(first.headers['link']).toContain('rel="next"');
    const second = await desk.clerk.get(invoices, { query: { sort: 'dueOn', limit: 3, cursor: first.body.nextCursor } });
    const all = [...first.body.items, ...second.body.items].map((item: { number: string }) => item.number);
    expect(all).toEqual([late.number, own.number, withdrawn.number, foreign.number]);
    expect(second.body.nextCursor).toBeNull();
  });

  it.each([
    [{ status: 'lost' }, 'query.invalid'],
    [{ dueFrom: '2023-02-30' }, 'query.invalid'],
    [{ organisationId: 'x' }, 'query.invalid'],
    [{ overdue: 'maybe' }, 'query.invalid'],
    [{ limit: 0 }, 'query.invalid'],
    [{ sort: 'organisation_id; DROP TABLE invoices' }, 'sort.unknown'],
    [{ unknown: 1 }, 'query.invalid'],
  ])('refuses the query %j', async (query, code) => {
    const { status, body } = await desk.clerk.get(invoices, { query });
    expect([status, body.code]).toEqual([400, code]);
  });

  it('refuses a malformed id', async () => {
    expect((await desk.clerk.get(`${invoices}/1`)).body.code).toBe('id.malformed');
  });
});

describe('the export', () => {
  it('has the rows of the list, amounts in yuan, and no cell that a spreadsheet would run', async () => {
    const { status, headers, text } = await desk.clerk.get(`${invoices}/export.csv`, { query: { status: 'open' } });
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/csv')]);
    expect(headers['content-disposition']).toContain('invoices.csv');
    expect(text.startsWith('\uFEFF"number","reference",')).toBe(true);
    const [head, ...rows] = text
      .replaceAll(/[\uFEFF"]/g, '')
      .trim()
      .split('\n');
    expect(head).toBe(
      'number,reference,status,overdue,dueOn,boothNumber,organisationZh,organisationEn,creditCode,registerNumber,applicationNumber,organisationId,applicationId,regionCode,currency,net,tax,gross,paid,outstanding,credit',
    );
    expect(rows.map(row => row.split(',')[0])).toEqual([own.number, foreign.number, late.number]);
    expect(rows[0]).toBe(
      `${own.number},${own.reference},open,false,2023-03-20,3C11,,,,,,${organisationId},${own.applicationId},210000,CNY,12000.00,720.00,12720.00,0.00,12720.00,0.00`,
    );
    expect(rows[2]).toContain(",true,2023-02-28,'=1+1,");
  });
});

describe('the payment demand', () => {
  it('is a PDF with amount, due day, account and reference, in both languages', async () => {
    const { status, headers, body } = await exhibitor.get(`${invoices}/${own.id}/demand.pdf`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/pdf', 'no-store']);
    expect(headers['content-disposition']).toContain(`${own.number}.pdf`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(body as Buffer)), { mergePages: true });
    for (const part of [
      '付款通知书',
      'Payment demand',
      own.number,
      writtenReference(own.reference),
      '示例收款单位',
      '示例银行深圳分行',
      '4000123456789012345',
      '2023-03-20',
      '标准展位 3C11（9 平方米）',
      'Standard booth 3C11 (9 m²)',
      'CNY 12,000.00',
      'CNY 720.00',
      'CNY 12,720.00',
    ]) {
      expect(text).toContain(part);
    }
    expect((body as Buffer).toString('latin1')).toContain('NotoSansSC');
  });

  it('names payer, credit code, application, tax rate and seller', async () => {
    const approval = anApproval({ organisationId, applicationNumber: '21-000123' });
    const invoice = await desk.opened(approval);
    const textOf = async () => {
      const { body } = await exhibitor.get(`${invoices}/${invoice.id}/demand.pdf`);
      return (await extractText(await getDocumentProxy(new Uint8Array(body as Buffer)), { mergePages: true })).text;
    };
    expect(await textOf()).toContain(organisationId);
    const payer = { organisationId, origin: 'mainland', kind: 'enterprise', regionCode: '210000' } as const;
    const name = { zh: '沈阳北方精密仪器股份有限公司', en: 'Shenyang Northern Precision' };
    await service.receive(organisationActivated, { ...payer, name, creditCode: '91210100MA0EXAMP5X' }, { aggregateVersion: 2 });
    const text = await textOf();
    for (const part of [name.zh, name.en, '91210100MA0EXAMP5X', '21-000123', '6%', '示例销售单位', '91440300MA0SELLER0']) {
      expect(text).toContain(part);
    }
  });

  it('is refused for a void invoice', async () => {
    const { status, body } = await desk.clerk.get(`${invoices}/${withdrawn.id}/demand.pdf`);
    expect([status, body.code]).toEqual([409, 'invoice.void']);
  });
});

describe('another service', () => {
  it('gets the label of an invoice from here, and nobody else does', async () => {
    expect(await labelOf(service, 'invoice', own.id)).toEqual({ number: own.number, reference: own.reference });
    expect(await labelOf(service, 'invoice', randomUUID())).toBeUndefined();
  });
});
