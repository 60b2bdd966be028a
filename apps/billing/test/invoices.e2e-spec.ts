import { randomUUID } from 'node:crypto';
import {
  applicationApproved,
  applicationBoothSwapped,
  applicationPayByExtended,
  applicationRejected,
  applicationReleased,
  applicationWithdrawn,
  invoiceDueDateMoved,
  invoiceOpened,
  invoiceVoided,
  type EventType,
} from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { eventually, oldEvent, startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { OpenInvoiceWhenApplicationApproved } from '../src/applications/open-invoice-when-application-approved.reaction.js';
import { isReference } from '../src/invoices/reference.rules.js';
import { anApproval, applicationOf, deskOf, publishedFees, eventsAbout, type Desk } from './billing.factory.js';

const invoices = '/v1/billing/invoices';
const cny = (amount: number) => ({ amount, currency: 'CNY' });

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-01T09:00:00+08:00' });
  await seedBilling(service.find);
  desk = deskOf(service);
});

const published = <Data extends { applicationId: string }>(event: EventType<Data>, applicationId: string) =>
  eventsAbout(service, event, applicationId);
const rowsOf = (applicationId: string) => service.query(`SELECT * FROM invoices WHERE application_id = $1 ORDER BY id`, [applicationId]);
const swapOf = (approval: ReturnType<typeof anApproval>) => {
  const { payBy: _payBy, ...rest } = approval;
  return { ...rest, boothId: randomUUID(), boothNumber: '2B07' };
};

describe('an invoice', () => {
  it('is opened once when an application is approved, however often the event arrives', async () => {
    const approval = anApproval();
    await service.receive(applicationApproved, approval, { aggregateVersion: 5, times: 2 });
    const { body, status, headers } = await desk.clerk.get(`${invoices}/${(await desk.invoiceOf(approval.applicationId)).id}`);
    expect([status, headers['etag']]).toEqual([200, '"1"']);
    expect(body).toMatchObject({
      applicationId: approval.applicationId,
      organisationId: approval.organisationId,
      editionId: approval.editionId,
      regionCode: '210000',
      boothId: approval.boothId,
      boothNumber: '1A01',
      status: 'open',
      overdue: false,
      dueOn: '2023-03-20',
      taxBasisPoints: 600,
      lines: [
        {
          text: { zh: '标准展位 1A01（9 平方米）', en: 'Standard booth 1A01 (9 m²)' },
          unit: 'booth',
          unitPrice: cny(1_200_000),
          areaDm2: 900,
          net: cny(1_200_000),
          tax: cny(72_000),
          gross: cny(1_272_000),
        },
      ],
      net: cny(1_200_000),
      tax: cny(72_000),
      gross: cny(1_272_000),
      paid: cny(0),
      outstanding: cny(1_272_000),
      overpaid: cny(0),
      credit: cny(0),
      payments: [],
      refunds: [],
    });
    expect(body.number).toMatch(/^CIEP-2023-\d{6}$/);
    expect(isReference(body.reference)).toBe(true);
    expect(await rowsOf(approval.applicationId)).toHaveLength(1);
    expect(await published(invoiceOpened, approval.applicationId)).toEqual([
      {
        invoiceId: body.id,
        applicationId: approval.applicationId,
        editionId: approval.editionId,
        organisationId: approval.organisationId,
        regionCode: '210000',
        gross: 1_272_000,
        currency: 'CNY',
        dueOn: '2023-03-20',
      },
    ]);
  });

  it('is opened only once for the same allocation', async () => {
    const approval = anApproval();
    await desk.opened(approval);
    await service.receive(applicationApproved, approval, { aggregateVersion: 6 });
    expect(await rowsOf(approval.applicationId)).toHaveLength(1);
    await expect(
      service.query(
        `INSERT INTO invoices SELECT (jsonb_populate_record(i, jsonb_build_object('id', $2::uuid, 'number', 'x', 'reference', 'x', 'series_number', 777777))).* FROM invoices i WHERE application_id = $1`,
        [approval.applicationId, randomUUID()],
      ),
    ).rejects.toThrow('invoices_allocation_id_key');
  });

  it.each([
    ['standard', 900, 333, 20, 353],
    ['corner', 900, 12_345, 741, 13_086],
    ['raw_space', 3_650, 365_037, 21_902, 386_939],
  ] as const)('of a %s booth of %d dm² is rounded half up: %d + %d = %d fen', async (boothType, areaDm2, net, tax, gross) => {
    const { editionId } = await publishedFees(desk);
    const invoice = await desk.opened(anApproval({ editionId, boothType, areaDm2 }));
    expect(invoice).toMatchObject({ net: cny(net), tax: cny(tax), gross: cny(gross) });
  });

  it('has the prices in force at the approval, not at the arrival of the event', async () => {
    const { editionId } = await publishedFees(desk, {}, '2023-02-01T00:00:00+08:00');
    const lines = [{ boothType: 'standard', unit: 'booth', net: cny(500) }];
    const early = anApproval({ editionId });
    await service.receive(applicationApproved, early, { time: '2023-02-28T00:00:00+08:00' });
    const before = await desk.invoiceOf(early.applicationId);
    await publishedFees(desk, { editionId, lines });
    const [late, after] = [anApproval({ editionId }), anApproval({ editionId })];
    await service.receive(applicationApproved, late, { time: '2023-02-28T00:00:00+08:00' });
    await service.receive(applicationApproved, after);
    const net = async (approval: { applicationId: string }) => (await desk.invoiceOf(approval.applicationId)).net.amount;
    expect([await net(late), await net(after)]).toEqual([333, 500]);
    expect(await desk.invoiceOf(early.applicationId)).toEqual(before);
  });

  it('waits for prices: without a schedule in force the event is retried, then dead-lettered with the reason', async () => {
    const approval = anApproval({ editionId: randomUUID(), boothType: 'raw_space' });
    await service.receive(applicationApproved, approval);
    expect(await rowsOf(approval.applicationId)).toEqual([]);
    await service.query(`UPDATE inbox SET tries = 7, due_at = clock_timestamp() WHERE key = $1`, [approval.applicationId]);
    const [deadLetters] = await eventually(async () => {
      const { body } = await service.as({ roles: ['platform_admin'] }).get('/v1/billing/dead-letters');
      expect(body.items).toHaveLength(1);
      return body.items;
    });
    expect((await service.deadLetters())[0]).toMatchObject({
      reaction: 'OpenInvoiceWhenApplicationApproved.on',
      last_error: expect.stringContaining('fee_schedule.missing'),
    });
    // Prices without this booth type do not help; prices with it do, if they start before the approval.
    await publishedFees(desk, { editionId: approval.editionId }, '2023-02-20T00:00:00+08:00');
    await service.as({ roles: ['platform_admin'] }).post(`/v1/billing/dead-letters/${deadLetters.id}/replay`, {});
    await eventually(async () => expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'open' }));
    expect(await service.deadLetters()).toEqual([]);
  });

  it('is not opened for a type of booth that the schedule does not price', async () => {
    const { editionId } = await publishedFees(desk, { lines: [{ boothType: 'standard', unit: 'booth', net: cny(1) }] });
    const approval = anApproval({ editionId, boothType: 'corner' });
    await service.receive(applicationApproved, approval);
    const [row] = await service.query<{ last_error: string }>(`SELECT last_error FROM inbox WHERE key = $1`, [approval.applicationId]);
    expect(row?.last_error).toContain('fee_schedule.missing');
    await service.query(`UPDATE inbox SET status = 'skipped', skipped_reason = 'test' WHERE key = $1`, [approval.applicationId]);
  });
});

describe('events about the application', () => {
  it('move the due date, once', async () => {
    const approval = anApproval();
    await desk.opened(approval);
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-27' }, { aggregateVersion: 6, times: 2 });
    const invoice = await desk.invoiceOf(approval.applicationId);
    expect([invoice.dueOn, invoice.version]).toEqual(['2023-03-27', 2]);
    expect(await published(invoiceDueDateMoved, approval.applicationId)).toEqual([
      expect.objectContaining({ invoiceId: invoice.id, dueOn: '2023-03-27' }),
    ]);
  });

  it('wait until the invoice exists', async () => {
    const approval = anApproval();
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-03-29' }, { aggregateVersion: 6 });
    await service.receive(applicationBoothSwapped, swapOf(approval), { aggregateVersion: 7 });
    const waiting = await service.query<{ last_error: string }>(`SELECT last_error FROM inbox WHERE key = $1 AND status = 'waiting'`, [
      approval.applicationId,
    ]);
    expect(waiting.map(row => row.last_error)).toEqual(Array(2).fill(expect.stringContaining('invoice.not_opened_yet')));
    await service.receive(applicationApproved, approval, { aggregateVersion: 5 });
    await eventually(async () =>
      expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
        dueOn: '2023-03-29',
        boothNumber: '2B07',
        gross: cny(1_272_000),
      }),
    );
    expect(await rowsOf(approval.applicationId)).toHaveLength(1);
  });

  it('change the booth of an unpaid invoice at the same price, and leave a paid one unchanged', async () => {
    const [unpaid, paid] = [anApproval(), anApproval()];
    await desk.opened(unpaid);
    await desk.pay({ reference: (await desk.opened(paid)).reference });
    for (const approval of [unpaid, paid])
      await service.receive(applicationBoothSwapped, swapOf(approval), { aggregateVersion: 6, times: 2 });
    expect(await desk.invoiceOf(unpaid.applicationId)).toMatchObject({
      boothNumber: '2B07',
      lines: [{ text: { zh: '标准展位 2B07（9 平方米）', en: 'Standard booth 2B07 (9 m²)' }, gross: cny(1_272_000) }],
      status: 'open',
    });
    expect(await desk.invoiceOf(paid.applicationId)).toMatchObject({ boothNumber: '1A01', status: 'paid' });
  });

  it.each([
    [
      'withdrawn',
      (application: ReturnType<typeof applicationOf>) =>
        service.receive(applicationWithdrawn, application, { aggregateVersion: 6, times: 2 }),
    ],
    [
      'rejected',
      (application: ReturnType<typeof applicationOf>) =>
        service.receive(applicationRejected, application, { aggregateVersion: 6, times: 2 }),
    ],
    [
      'overdue',
      (application: ReturnType<typeof applicationOf>) =>
        service.receive(applicationReleased, { ...application, reason: 'overdue' as const }, { aggregateVersion: 6, times: 2 }),
    ],
    [
      'organizer',
      (application: ReturnType<typeof applicationOf>) =>
        service.receive(applicationReleased, { ...application, reason: 'organizer' as const }, { aggregateVersion: 6, times: 2 }),
    ],
  ])('void the unpaid invoice when it was %s, once', async (reason, end) => {
    const approval = anApproval();
    await desk.opened(approval);
    await end(applicationOf(approval));
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({
      status: 'void',
      voidReason: reason,
      version: 2,
      outstanding: cny(0),
      credit: cny(0),
    });
    expect(await published(invoiceVoided, approval.applicationId)).toHaveLength(1);
    // A late event no longer has an effect.
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-04-01' }, { aggregateVersion: 4 });
    expect((await desk.invoiceOf(approval.applicationId)).dueOn).toBe('2023-03-20');
  });

  it('that arrive before the approval and end the application prevent an invoice', async () => {
    const approval = anApproval();
    await service.receive(applicationWithdrawn, applicationOf(approval), { aggregateVersion: 6 });
    await service.receive(applicationApproved, approval, { aggregateVersion: 5 });
    await service.receive(applicationPayByExtended, { ...applicationOf(approval), payBy: '2023-04-01' }, { aggregateVersion: 5 });
    expect(await rowsOf(approval.applicationId)).toEqual([]);
    // A later approval opens an invoice again.
    const again = { ...approval, allocationId: randomUUID() };
    await service.receive(applicationApproved, again, { aggregateVersion: 8 });
    expect(await desk.invoiceOf(approval.applicationId)).toMatchObject({ status: 'open' });
  });

  it('about a withdrawal without an invoice have no effect', async () => {
    await service.receive(applicationWithdrawn, applicationOf(anApproval()), { aggregateVersion: 2 });
    expect(await service.deadLetters()).toEqual([]);
    await service.settled();
  });
});

describe('the number series', () => {
  it('has no gap and no duplicate with 50 concurrent openings, some of which fail', async () => {
    const [open, database] = [service.find(OpenInvoiceWhenApplicationApproved), service.find(Database)];
    const [approval] = oldEvent(applicationApproved);
    if (!approval) throw new Error('no approval among the old events');
    const event = { ...approval, time: service.clock.now().toISOString(), aggregateversion: 1 };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        database.transaction(async tx => {
          await open.on(anApproval(), { tx, event, tries: 0 });
          if (index % 6 === 0) throw new Error('rolled back on purpose');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const numbers = await service.query<{ series_number: number }>(
      `SELECT series_number FROM invoices WHERE series_year = 2023 ORDER BY series_number`,
    );
    expect(numbers.map(row => row.series_number)).toEqual(numbers.map((_, index) => index + 1));
    const [series] = await service.query<{ last: number }>(`SELECT last FROM invoice_series WHERE year = 2023`);
    expect(series?.last).toBe(numbers.length);
  });

  it('negative control: a sequence would have gaps', async () => {
    await service.query('CREATE SEQUENCE by_the_way');
    for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT']) {
      await service.query('BEGIN');
      await service.query(`SELECT nextval('by_the_way')`);
      await service.query(end);
    }
    expect(await service.query<{ last: string }>(`SELECT last_value::text AS last FROM by_the_way`)).toEqual([{ last: '3' }]);
  });

  it('restarts with the Chinese year', async () => {
    const at = service.clock.now();
    service.clock.set('2030-12-31T15:59:59Z');
    const old = await desk.opened(anApproval());
    service.clock.set('2030-12-31T16:00:00Z');
    const young = await desk.opened(anApproval());
    service.clock.set(at);
    expect([old.number, young.number]).toEqual(['CIEP-2030-000001', 'CIEP-2031-000001']);
    expect(old.reference).not.toBe(young.reference);
  });
});
