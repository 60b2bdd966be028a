import { invoiceGraceEnded, invoiceOverdue, invoicePaid, invoicePaidAfterVoid, type EventType, type InvoiceOverdue } from '@ciep/contracts';
import { oldEvent, copyOf, startService, unhandled, unreadable, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { anApproved, anExhibitor, anOpenEdition, applicationAt, inTime, type Application } from './booking.factory.js';

let service: TestService;
let exhibitor: Api;
let edition: Awaited<ReturnType<typeof anOpenEdition>>;
beforeAll(async () => {
  service = await startService(exhibition, { now: inTime });
  edition = await anOpenEdition(service);
  ({ exhibitor } = await anExhibitor(service));
});

const overdue = oldEvent(invoiceOverdue)[0]?.data as InvoiceOverdue;
const receive = async (event: Pick<EventType, 'type'>, { id, payBy }: Application, version: number) => {
  const texts = { [overdue.applicationId]: id, [overdue.dueOn]: String(payBy) };
  for (const shape of oldEvent(event)) await service.replay(copyOf(shape, version, texts));
};
const read = async ({ id }: Application) => (await exhibitor.get(applicationAt(id))).body as Application;

describe('events of earlier releases', () => {
  it('record the payment', async () => {
    const application = await anApproved(service, exhibitor, edition);
    await receive(invoicePaid, application, 2);
    const { timeline } = await read(application);
    expect(timeline.length).toBeGreaterThan(application.timeline.length);
  });

  it('free a booth that was not paid, and restore it when the payment arrives late', async () => {
    const application = await anApproved(service, exhibitor, edition);
    await receive(invoiceOverdue, application, 2);
    expect(await read(application)).toMatchObject({ status: 'released' });
    await receive(invoicePaidAfterVoid, application, 3);
    expect(await read(application)).toMatchObject({ status: 'approved' });
  });

  it('free the booth when the days of grace are over', async () => {
    const application = await anApproved(service, exhibitor, edition);
    await receive(invoiceGraceEnded, application, 2);
    expect(await read(application)).toMatchObject({ status: 'released' });
  });

  it('cover every event that exhibition reacts to, and all are readable', async () => {
    expect([await unhandled(service), await unreadable(service)]).toEqual([[], []]);
  });
});
