import { randomUUID } from 'node:crypto';
import { Database } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { writtenReference } from '../src/invoices/reference.rules.js';
import { ImportStatement } from '../src/statements/import-statement.job.js';
import { anApproval, aTransfer, deskOf, publishedFees, type Desk } from './billing.factory.js';

const statements = '/v1/billing/statements?account=4000%200000%200001';
const lines = '/v1/billing/statement-lines';
const cny = (amount: number) => ({ amount, currency: 'CNY' });

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-24T09:00:00+08:00' });
  await seedBilling(service.find);
  desk = deskOf(service);
});

const numbered = () => `N-${randomUUID()}`;
const csvOf = (...rows: readonly (readonly string[])[]) =>
  Buffer.from(['流水号,交易日期,贷方发生额,摘要,对方户名', ...rows.map(row => row.join(','))].join('\n'));
const upload = (content: Buffer, path = statements, type = 'text/csv') => desk.clerk.upload(path, content, type);
const finished = async (content: Buffer, path?: string, type?: string): Promise<any> => {
  const { status, body, headers } = await upload(content, path, type);
  expect([status, headers['location'], body.status]).toEqual([202, `/v1/billing/jobs/${body.id}`, 'queued']);
  await service.runJobs();
  return (await desk.clerk.get(headers['location'] ?? '')).body;
};
const lineOf = async (id: string): Promise<any> => (await desk.clerk.get(`${lines}/${id}`)).body;
const opened = () => desk.opened(anApproval());

describe('an imported statement', () => {
  it('proposes an invoice for each line, and a clerk accepts', async () => {
    const [exact, partial, one, two] = [await opened(), await opened(), await opened(), await opened()];
    const job = await finished(
      csvOf(
        [numbered(), '2023-03-20', '"12,720.00"', `付款参考号：${writtenReference(exact.reference)}，谢谢`, '北方公司'],
        [numbered(), '2023-03-20', '100.00', partial.reference, '南方公司'],
        [numbered(), '2023-03-20', '25440.00', `${one.reference} und ${two.reference}`, '东方公司'],
        [numbered(), '2023-03-20', '3.21', '利息', '银行'],
        [numbered(), '2023-03-20', '', '付出', '某某'],
        [numbered(), '2023-03-32', '1.00', '', ''],
      ),
    );
    expect(job).toMatchObject({ kind: 'statement.import', status: 'done', progress: { done: 6, total: 6 }, problem: null });
    expect(job.result.counts).toEqual({ proposed: 4, known: 0, ignored: 1, refused: 1, exact: 1, partial: 1, ambiguous: 1, none: 1 });
    expect(job.result.rows.slice(4)).toEqual([
      { row: 6, outcome: 'ignored' },
      { row: 7, outcome: 'refused', reason: 'date_invalid' },
    ]);
    const found = (await desk.clerk.get(lines, { query: { jobId: job.id, match: 'exact,partial' } })).body;
    expect(found.items).toHaveLength(2);
    const ids: string[] = job.result.rows.slice(0, 4).map((row: any) => row.lineId);
    const [first, second, third, fourth] = await Promise.all(ids.map(lineOf));
    expect(first).toMatchObject({
      match: 'exact',
      invoiceId: exact.id,
      invoiceNumber: exact.number,
      status: 'proposed',
      payer: '北方公司',
    });

    const both = { items: [first, second].map(({ id, version }) => ({ id, version })) };
    expect((await desk.clerk.post(`${lines}/accept`, both)).status).toBe(200);
    expect((await desk.clerk.get(`/v1/billing/invoices/${exact.id}`)).body).toMatchObject({ status: 'paid', paidOn: '2023-03-20' });
    expect((await desk.clerk.get(`/v1/billing/invoices/${partial.id}`)).body).toMatchObject({ status: 'partly_paid', paid: cny(10_000) });
    expect(await lineOf(first.id)).toMatchObject({ status: 'accepted', paymentId: expect.any(String) as unknown, version: 2 });

    expect(third).toMatchObject({ match: 'ambiguous', invoiceId: null });
    expect(third.candidates.map((one: any) => one.invoiceId).sort()).toEqual([one.id, two.id].sort());
    const accept = (line: any, body: object) => desk.clerk.post(`${lines}/${line.id}/accept`, body, { ifMatch: line.version });
    expect((await accept(third, {})).body).toMatchObject({ status: 409, code: 'statement_line.ambiguous' });
    expect((await accept(third, { invoiceId: two.id })).body).toMatchObject({ status: 'accepted', invoiceId: two.id });
    expect((await desk.clerk.get(`/v1/billing/invoices/${two.id}`)).body).toMatchObject({ status: 'paid', overpaid: cny(1_272_000) });
    expect((await accept(third, { invoiceId: one.id })).body.code).toMatch(/version|stale|decided/);

    const { body: interest } = await desk.clerk.post(`${lines}/${fourth.id}/dismiss`, { reason: '利息' }, { ifMatch: fourth.version });
    expect(interest).toMatchObject({ status: 'dismissed', dismissedReason: '利息', paymentId: null });
    expect((await accept(interest, {})).body.code).toBe('statement_line.decided');
  });

  it('leaves to a person which of several alike invoices is meant, and keeps money unassigned that fits none', async () => {
    const fees = await publishedFees(desk, {}, '2023-02-01T00:00:00+08:00');
    const alike = [];
    for (let count = 0; count < 2; count += 1) alike.push(await desk.opened(anApproval({ editionId: fees.editionId })));
    const job = await finished(csvOf([numbered(), '20230320', '3.53', '展位费', '甲'], [numbered(), '20230320', '0.01', '', '']));
    const [some, none] = await Promise.all(job.result.rows.map((row: any) => lineOf(row.lineId)) as Promise<any>[]);
    expect(some.candidates.map((one: any) => one.invoiceId).sort()).toEqual(alike.map(({ id }) => id).sort());
    expect(none).toMatchObject({ match: 'none', payer: '（未注明）', text: null });
    const { body } = await desk.clerk.post(`${lines}/${none.id}/accept`, {}, { ifMatch: none.version });
    expect((await desk.clerk.get(`/v1/billing/payments/${body.paymentId}`)).body).toMatchObject({
      invoiceId: null,
      referenceHint: 'missing',
    });
  });

  it('has no effect when it is imported again, or when a clerk has recorded the line', async () => {
    const [typed, fresh] = [`t-${randomUUID()}`, numbered()];
    const { reference } = await opened();
    await desk.pay({ statementNumber: typed, receivedOn: '2023-03-20', reference });
    const file = csvOf(
      [typed.toUpperCase(), '2023-03-20', '12720.00', reference, '乙'],
      [fresh, '2023-03-20', '1.00', '', '丙'],
      [`${fresh} `, '2023-03-20', '1.00', '', '丙'],
      [fresh, '2023-03-20', '2.00', '', '丁'],
    );
    const first = await finished(file);
    expect(first.result.counts).toMatchObject({ proposed: 1, known: 2, refused: 1 });
    expect(first.result.rows[3]).toEqual({ row: 5, outcome: 'refused', reason: 'number_used' });
    const line = await lineOf(first.result.rows[1].lineId);
    await desk.clerk.post(`${lines}/${line.id}/accept`, {}, { ifMatch: line.version });
    const before = await service.query('SELECT count(*) FROM payments');
    expect((await finished(file)).result.counts).toMatchObject({ proposed: 0, known: 3, refused: 1 });
    expect(await service.query('SELECT count(*) FROM payments')).toEqual(before);
  });

  it('is imported once when it is uploaded twice at the same time', async () => {
    const file = csvOf(...Array.from({ length: 30 }, () => [numbered(), '2023-03-20', '1.00', '', '戊']));
    const jobs = await Promise.all([upload(file), upload(file)]);
    await Promise.all([service.runJobs(), service.runJobs()]);
    const done = await Promise.all(jobs.map(async ({ body }) => (await desk.clerk.get(`/v1/billing/jobs/${body.id}`)).body));
    expect(done.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(done.map(({ result }) => result.counts.proposed).sort()).toEqual([0, 30]);
  });

  it('may be CAMT.053, whose entries are known by statement and entry', async () => {
    const { id, reference } = await opened();
    const xml =
      Buffer.from(`<?xml version="1.0"?><Document><BkToCstmrStmt><Stmt><Id>${randomUUID()}</Id><Acct><Id><Othr><Id>400000000002</Id></Othr></Id></Acct>
      <Ntry><NtryRef>7</NtryRef><Amt Ccy="CNY">12720.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2023-03-20</Dt></BookgDt>
      <NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Ref>${reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`);
    const { result } = await finished(xml, '/v1/billing/statements', 'application/xml');
    expect(result.rows).toEqual([{ row: 1, outcome: 'proposed', lineId: expect.any(String) as unknown, match: 'exact', invoiceId: id }]);
    expect((await finished(xml, '/v1/billing/statements', 'text/xml')).result.counts).toMatchObject({ proposed: 0, known: 1 });
    const foreign = Buffer.from(xml.toString().replace('400000000002', '999'));
    expect((await finished(foreign, '/v1/billing/statements', 'text/xml')).result.rows).toEqual([
      { row: 1, outcome: 'refused', reason: 'account_unknown' },
    ]);
  });

  it('has columns of any name', async () => {
    const names = {
      statementNumberColumn: 'No',
      entryReferenceColumn: 'Ref',
      receivedOnColumn: 'Day',
      amountColumn: 'In',
      referenceColumn: 'Text',
      payerColumn: 'Who',
    };
    const path = `${statements}&${new URLSearchParams({ ...names, delimiter: 'semicolon' }).toString()}`;
    const number = numbered();
    const { result } = await finished(Buffer.from(`Day;No;Ref;In;Text;Who\n2023-03-20;${number};9;1,000.00;x;y`), path);
    expect(await lineOf(result.rows[0].lineId)).toMatchObject({ statementNumber: `${number}/9`, amount: cny(100_000) });
  });
});

describe('a hostile or broken file', () => {
  it.each([
    ['a bomb of entities', 'application/xml', '<!DOCTYPE a [<!ENTITY x "y">]><Document>&x;</Document>', 'statement.xml_refused'],
    ['a picture', 'text/csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]), 'statement.encoding_unknown'],
    ['columns of another bank', 'text/csv', 'a,b\n1,2', 'statement.columns_missing'],
  ])('fails the job and changes nothing: %s', async (_, type, content, code) => {
    const job = await finished(Buffer.from(content as string), statements, type);
    expect(job).toMatchObject({
      status: 'failed',
      result: null,
      problem: { code, detail: { zh: expect.any(String), en: expect.any(String) } },
    });
  });

  it('is refused at once when it is too large, empty, of another type, or of no account of ours', async () => {
    const refused = async (content: Buffer, path?: string, type?: string) => {
      const { status, body } = await upload(content, path, type);
      return [status, body.code];
    };
    expect(await refused(Buffer.alloc(5 * 1024 * 1024 + 1, 'a'))).toEqual([422, 'statement.too_large']);
    expect(await refused(Buffer.alloc(0))).toEqual([422, 'statement.empty']);
    expect(await refused(csvOf(), statements, 'application/pdf')).toEqual([415, 'body.type_unsupported']);
    expect(await refused(csvOf(), '/v1/billing/statements?account=123')).toEqual([422, 'account.unknown']);
    expect(await refused(csvOf(), '/v1/billing/statements')).toEqual([422, 'statement.account_missing']);
  });
});

describe('the job of an import', () => {
  const many = () => csvOf(...Array.from({ length: 1_200 }, () => [numbered(), '2023-03-20', '1.00', '', '己']));
  /** One step, as the runner does it. */
  const step = async (andThen?: () => never) => {
    const job = service.find(ImportStatement);
    await service.find(Database).transaction(async tx => {
      const now = service.clock.now();
      const row = await job.claim(tx, now, []);
      if (row) await job.handle(row, tx, now);
      andThen?.();
    });
  };

  it('goes on where it was when a process died in the middle', async () => {
    const { body } = await upload(many());
    const read = async () => (await desk.clerk.get(`/v1/billing/jobs/${body.id}`)).body;
    await step();
    expect(await read()).toMatchObject({ status: 'running', progress: { done: 500, total: 1_200 }, endedAt: null });
    const died = new Error('killed before the commit');
    await expect(
      step(() => {
        throw died;
      }),
    ).rejects.toThrow(died);
    expect(await read()).toMatchObject({ status: 'running', progress: { done: 500, total: 1_200 } });
    await service.runJobs();
    expect(await read()).toMatchObject({
      status: 'done',
      progress: { done: 1_200, total: 1_200 },
      result: { counts: { proposed: 1_200 } },
    });
    expect(await service.query('SELECT count(*)::int AS n FROM statement_lines WHERE job_id = $1', [body.id])).toEqual([{ n: 1_200 }]);
    expect(await service.query('SELECT 1 FROM jobs WHERE file IS NOT NULL')).toEqual([]);
  });

  it('is cancelled between two steps; what is done stays, and the end is final', async () => {
    const { body } = await upload(many());
    const path = `/v1/billing/jobs/${body.id}`;
    await step();
    expect((await desk.clerk.post(`${path}/cancel`)).body).toMatchObject({ status: 'cancelled', progress: { done: 500, total: 1_200 } });
    await service.runJobs();
    expect((await desk.clerk.get(path)).body).toMatchObject({ status: 'cancelled', progress: { done: 500 }, endedAt: expect.any(String) });
    expect((await desk.clerk.post(`${path}/cancel`)).body.status).toBe('cancelled');
    const over = await finished(csvOf([numbered(), '2023-03-20', '1.00', '', '庚']));
    expect((await desk.clerk.post(`/v1/billing/jobs/${over.id}/cancel`)).body).toMatchObject({ status: 409, code: 'job.over' });
  });

  it('gives up after five tries when something is broken for good', async () => {
    const { body } = await upload(csvOf([numbered(), '2023-03-20', '1.00', '', '辛']));
    await service.query(`UPDATE jobs SET input = '{"format":"csv","account":"400000000001"}' WHERE id = $1`, [body.id]);
    for (let tries = 1; tries <= 5; tries += 1) await step();
    expect((await desk.clerk.get(`/v1/billing/jobs/${body.id}`)).body).toMatchObject({ status: 'failed', problem: { code: 'job.failed' } });
  });

  it('is there only for those who may see what it does', async () => {
    const { body } = await upload(csvOf([numbered(), '2023-03-20', '1.00', '', '壬']));
    const path = `/v1/billing/jobs/${body.id}`;
    expect((await desk.auditor.get(path)).status).toBe(200);
    expect((await desk.organizer.get(path)).body).toMatchObject({ status: 404, code: 'job.not_found' });
    expect((await desk.organizer.post(`${path}/cancel`)).status).toBe(404);
    await service.runJobs();
  });
});

describe('an account', () => {
  it('is one of those that are configured, for payments and refunds', async () => {
    const unknown = { status: 422, code: 'account.unknown', errors: [expect.objectContaining({ pointer: '/account', code: 'unknown' })] };
    expect((await desk.clerk.post('/v1/billing/payments', aTransfer({ account: '4000 0000 0003' }))).body).toMatchObject(unknown);
    const refund = {
      invoiceId: (await opened()).id,
      account: '4000 0000 0003',
      statementNumber: 'R',
      refundedOn: '2023-03-20',
      amount: cny(1),
    };
    expect((await desk.clerk.post('/v1/billing/refunds', refund)).body).toMatchObject(unknown);
    for (const account of ['0000000000000000000', '4000-0000-0001', '400000000002'])
      expect((await desk.clerk.post('/v1/billing/payments', aTransfer({ account }))).status).toBe(201);
  });
});

describe('a payment reference', () => {
  it('is found inside a sentence, in groups and in full-width letters and digits', async () => {
    for (const write of [
      (reference: string) => `第21届大会展位费，参考号${reference}，请查收`,
      (reference: string) => `Booth fee / ${writtenReference(reference).toLowerCase()} / thank you`,
      (reference: string) => [...reference].map(sign => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0)).join(''),
    ]) {
      const invoice = await opened();
      expect(await desk.pay({ reference: write(invoice.reference) })).toMatchObject({
        invoiceId: invoice.id,
        reference: invoice.reference,
      });
    }
  });

  it('among several is left to a person', async () => {
    const [one, two] = [await opened(), await opened()];
    const payment = await desk.pay({ reference: `${one.reference}, ${two.reference}` });
    expect(payment).toMatchObject({ invoiceId: null, referenceHint: 'several', reference: `${one.reference},${two.reference}` });
    expect(await desk.pay({ reference: `${one.reference} 重复 ${one.reference}` })).toMatchObject({ invoiceId: one.id });
  });
});
