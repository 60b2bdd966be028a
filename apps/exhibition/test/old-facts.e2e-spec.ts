import { invoiceOverdue, invoicePaid, invoicePaidAfterVoid, type FactType, type InvoiceOverdue } from '@ciep/contracts';
import { oldFact, retold, startService, unheard, unreadable, type Api, type TestService } from '@ciep/testing';
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

const overdue = oldFact(invoiceOverdue)[0]?.data as InvoiceOverdue;
const hear = async (fact: Pick<FactType, 'type'>, { id, payBy }: Application, version: number) => {
  const texts = { [overdue.applicationId]: id, [overdue.dueOn]: String(payBy) };
  for (const shape of oldFact(fact)) await service.replay(retold(shape, version, texts));
};
const read = async ({ id }: Application) => (await exhibitor.get(applicationAt(id))).body as Application;

describe('facts that earlier releases told', () => {
  it('note the payment', async () => {
    const application = await anApproved(service, exhibitor, edition);
    await hear(invoicePaid, application, 2);
    const { timeline } = await read(application);
    expect(timeline.length).toBeGreaterThan(application.timeline.length);
  });

  it('free the booth that was not paid for, and give it back when the money comes after all', async () => {
    const application = await anApproved(service, exhibitor, edition);
    await hear(invoiceOverdue, application, 2);
    expect(await read(application)).toMatchObject({ status: 'released' });
    await hear(invoicePaidAfterVoid, application, 3);
    expect(await read(application)).toMatchObject({ status: 'approved' });
  });

  it('are all of those that the exhibition reacts to, and none is unreadable', async () => {
    expect([await unheard(service), await unreadable(service)]).toEqual([[], []]);
  });
});
