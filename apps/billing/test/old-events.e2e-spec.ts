import { randomUUID } from 'node:crypto';
import {
  applicationApproved,
  applicationBoothSwapped,
  applicationPayByExtended,
  applicationReallocated,
  applicationReallocationRefused,
  applicationRejected,
  applicationReleased,
  applicationWithdrawn,
  invoicePaid,
  type ApplicationApproved,
  type EventType,
  type InvoicePaid,
} from '@ciep/contracts';
import { oldEvent, copyOf, startService, unhandled, unreadable, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';
import { seedBilling } from '../src/database/seed.js';
import { aTransfer, deskOf, type Desk } from './billing.factory.js';

let service: TestService;
let desk: Desk;
beforeAll(async () => {
  service = await startService(billing, { now: '2023-03-01T09:00:00+08:00' });
  await seedBilling(service.find);
  desk = deskOf(service);
});

const approved = oldEvent(applicationApproved)[0]?.data as ApplicationApproved;
const { invoiceId } = oldEvent(invoicePaid)[0]?.data as InvoicePaid;

/** An application for which every old event is published again. */
class Story {
  private readonly texts: Record<string, string> = { [approved.applicationId]: randomUUID(), [approved.allocationId]: randomUUID() };
  private version = 4;

  static async begin(): Promise<Story> {
    const story = new Story();
    await story.receive(applicationApproved);
    story.texts[invoiceId] = (await story.invoice()).id;
    return story;
  }

  async receive(event: Pick<EventType, 'type'>): Promise<void> {
    this.version += 1;
    for (const shape of oldEvent(event)) await service.replay(copyOf(shape, this.version, this.texts));
  }

  invoice(): Promise<any> {
    return desk.invoiceOf(this.texts[approved.applicationId] ?? '');
  }

  /** The money arrives after the release. */
  async pay(): Promise<void> {
    const { gross, reference } = await this.invoice();
    expect((await desk.clerk.post('/v1/billing/payments', aTransfer({ amount: gross, reference }))).status).toBe(201);
    this.texts[approved.allocationId] = randomUUID();
  }
}

describe('events of earlier releases', () => {
  it('open an invoice, move its due date, change its booth, void it, and restore it when the booth is allocated again', async () => {
    const story = await Story.begin();
    expect(await story.invoice()).toMatchObject({ status: 'open', dueOn: approved.payBy });
    await story.receive(applicationPayByExtended);
    await story.receive(applicationBoothSwapped);
    expect(await story.invoice()).toMatchObject({ status: 'open', dueOn: '2023-04-08', boothNumber: '2A-107' });
    await story.receive(applicationReleased);
    expect(await story.invoice()).toMatchObject({ status: 'void' });
    await story.pay();
    await story.receive(applicationReallocated);
    expect(await story.invoice()).toMatchObject({ status: 'paid' });
  });

  it('hold the money when the booth is gone', async () => {
    const story = await Story.begin();
    await story.receive(applicationReleased);
    await story.pay();
    await story.receive(applicationReallocationRefused);
    const { status, credit, gross } = await story.invoice();
    expect([status, credit]).toEqual(['void', gross]);
  });

  it.each([applicationWithdrawn, applicationRejected])('void the invoice: $type', async event => {
    const story = await Story.begin();
    await story.receive(event);
    expect(await story.invoice()).toMatchObject({ status: 'void' });
  });

  it('cover every event that billing reacts to, and all are readable', async () => {
    expect([await unhandled(service), await unreadable(service)]).toEqual([[], []]);
  });

  it('negative control: report an old event that no longer fits its schema', async () => {
    const [event] = oldEvent(applicationWithdrawn);
    const { organisationId: _lost, ...data } = event?.data as { organisationId: string };
    await service.replay({ ...copyOf(event as never, 1), data });
    expect(await unreadable(service)).toEqual([applicationWithdrawn.type]);
  });
});
