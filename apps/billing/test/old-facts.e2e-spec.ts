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
  type FactType,
  type InvoicePaid,
} from '@ciep/contracts';
import { oldFact, retold, startService, unheard, unreadable, type TestService } from '@ciep/testing';
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

const told = oldFact(applicationApproved)[0]?.data as ApplicationApproved;
const { invoiceId } = oldFact(invoicePaid)[0]?.data as InvoicePaid;

/** An application of which every old fact is told anew. */
class Story {
  private readonly texts: Record<string, string> = { [told.applicationId]: randomUUID(), [told.allocationId]: randomUUID() };
  private version = 4;

  static async begin(): Promise<Story> {
    const story = new Story();
    await story.hear(applicationApproved);
    story.texts[invoiceId] = (await story.invoice()).id;
    return story;
  }

  async hear(fact: Pick<FactType, 'type'>): Promise<void> {
    this.version += 1;
    for (const shape of oldFact(fact)) await service.replay(retold(shape, this.version, this.texts));
  }

  invoice(): Promise<any> {
    return desk.invoiceOf(this.texts[told.applicationId] ?? '');
  }

  /** Money comes after the release. */
  async pay(): Promise<void> {
    const { gross, reference } = await this.invoice();
    expect((await desk.clerk.post('/v1/billing/payments', aTransfer({ amount: gross, reference }))).status).toBe(201);
    this.texts[told.allocationId] = randomUUID();
  }
}

describe('facts that earlier releases told', () => {
  it('open an invoice, move its date, name another booth, void it, and bring it back when the booth is given again', async () => {
    const story = await Story.begin();
    expect(await story.invoice()).toMatchObject({ status: 'open', dueOn: told.payBy });
    await story.hear(applicationPayByExtended);
    await story.hear(applicationBoothSwapped);
    expect(await story.invoice()).toMatchObject({ status: 'open', dueOn: '2023-04-08', boothNumber: '2A-107' });
    await story.hear(applicationReleased);
    expect(await story.invoice()).toMatchObject({ status: 'void' });
    await story.pay();
    await story.hear(applicationReallocated);
    expect(await story.invoice()).toMatchObject({ status: 'paid' });
  });

  it('hold the money when the booth is gone', async () => {
    const story = await Story.begin();
    await story.hear(applicationReleased);
    await story.pay();
    await story.hear(applicationReallocationRefused);
    const { status, credit, gross } = await story.invoice();
    expect([status, credit]).toEqual(['void', gross]);
  });

  it.each([applicationWithdrawn, applicationRejected])('void the invoice: $type', async fact => {
    const story = await Story.begin();
    await story.hear(fact);
    expect(await story.invoice()).toMatchObject({ status: 'void' });
  });

  it('are all of those that billing reacts to, and none is unreadable', async () => {
    expect([await unheard(service), await unreadable(service)]).toEqual([[], []]);
  });

  it('would be missed and called unreadable, if a release had changed what they must hold', async () => {
    const [fact] = oldFact(applicationWithdrawn);
    const { organisationId: _lost, ...data } = fact?.data as { organisationId: string };
    await service.replay({ ...retold(fact as never, 1), data });
    expect(await unreadable(service)).toEqual([applicationWithdrawn.type]);
  });
});
