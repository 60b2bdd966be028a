import {
  applicationConfirmed,
  applicationReallocated,
  applicationReallocationRefused,
  applicationReleased,
  invoiceGraceEnded,
  invoiceOverdue,
  invoicePaid,
  invoicePaidAfterVoid,
  organisationActivated,
  organisationRegistered,
  type EventType,
} from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import {
  aDraft,
  anApproved,
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aRegional,
  aScan,
  aSubmitted,
  good,
  inTime,
  partnerOf,
  type Application,
} from './booking.factory.js';
import { aBooth, organizerOf } from './exhibition.factory.js';

let service: TestService;
let edition: { editionId: string; regionalId: string; generalId: string };
let organisationId: string;
let exhibitor: Api;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
  edition = await anOpenEdition(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  ({ organisationId, exhibitor } = await anExhibitor(service));
});

const approved = () => anApproved(service, exhibitor, edition);
const read = async (id: string): Promise<Application> => good(await organizer.get(applicationAt(id)));
const published = async <Data extends { applicationId: string }>(event: EventType<Data>, id: string) =>
  (await service.events(event)).filter(({ applicationId }) => applicationId === id);
const invoice = ({ id }: Application, invoiceId = newId()) => ({
  invoiceId,
  applicationId: id,
  editionId: edition.editionId,
  organisationId,
  regionCode: null,
  currency: 'CNY' as const,
});
const pay = (application: Application, times = 1, invoiceId?: string) =>
  service.receive(invoicePaid, { ...invoice(application, invoiceId), paid: 1_272_000, overpaid: 0 }, { times });
const lapse = (application: Application, dueOn = '2023-03-15', times = 1) =>
  service.receive(invoiceGraceEnded, { ...invoice(application), outstanding: 1_272_000, dueOn }, { times });
const payLate = (application: Application, times = 1, invoiceId?: string) =>
  service.receive(invoicePaidAfterVoid, { ...invoice(application, invoiceId), paid: 1_272_000 }, { times });
const verify = async ({ id }: Application) => {
  const { version } = await aScan(exhibitor, id);
  return good<object>(await organizer.post(applicationAt(id, '/agreement/verify-seal'), {}, { ifMatch: version }));
};
const isFree = async (boothId: string) =>
  good<{ availability: string }>(await service.anonymous.get(`/v1/exhibition/booths/${boothId}`)).availability === 'free';

describe('seal and payment', () => {
  it('confirm the booth when the payment arrives last', async () => {
    const application = await approved();
    await verify(application);
    expect(await read(application.id)).toMatchObject({ status: 'approved' });
    await pay(application, 2);
    expect(await read(application.id)).toMatchObject({
      status: 'confirmed',
      isPaid: true,
      isSealVerified: true,
      allowedActions: ['release'],
    });
    expect(await published(applicationConfirmed, application.id)).toEqual([
      expect.objectContaining({
        boothId: application.boothId,
        boothNumber: application.booth?.boothNumber,
        boothType: 'standard',
        areaDm2: 900,
      }),
    ]);
    const { timeline } = await read(application.id);
    expect(timeline.map(({ what }) => what)).toEqual(['drafted', 'submitted', 'approved', 'seal_verified', 'paid', 'confirmed']);
  });

  it('confirm the booth when the seal comes last', async () => {
    const application = await approved();
    await pay(application);
    expect(await read(application.id)).toMatchObject({ status: 'approved', isPaid: true });
    await verify(application);
    expect(await read(application.id)).toMatchObject({ status: 'confirmed' });
    expect(await published(applicationConfirmed, application.id)).toHaveLength(1);
  });

  it('confirm once, whatever events repeat', async () => {
    const application = await approved();
    await verify(application);
    await pay(application);
    await pay(application);
    await lapse(application);
    expect(await read(application.id)).toMatchObject({ status: 'confirmed' });
    expect(await published(applicationConfirmed, application.id)).toHaveLength(1);
  });

  it('do not confirm a booth whose agreement was renewed after the seal', async () => {
    const application = await approved();
    await verify(application);
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    good(
      await organizer.post(applicationAt(application.id, '/swap-booth'), { boothId }, { ifMatch: (await read(application.id)).version }),
    );
    await pay(application);
    expect(await read(application.id)).toMatchObject({ status: 'approved', isPaid: true, isSealVerified: false });
    await verify(application);
    expect(await published(applicationConfirmed, application.id)).toMatchObject([{ boothId }]);
  });

  it('let the applicant of a confirmed booth withdraw, which frees it', async () => {
    const application = await approved();
    await verify(application);
    await pay(application);
    expect(good(await exhibitor.post(applicationAt(application.id, '/withdraw')))).toMatchObject({ status: 'withdrawn' });
    expect(await isFree(application.boothId)).toBe(true);
  });
});

describe('an unpaid invoice', () => {
  it('that is overdue leaves the booth alone while there is grace', async () => {
    const application = await approved();
    const overdue = { ...invoice(application), outstanding: 1_272_000, dueOn: '2023-03-15', graceEndsOn: null };
    await service.receive(invoiceOverdue, { ...overdue, graceEndsOn: '2023-03-18' });
    expect(await read(application.id)).toMatchObject({ status: 'approved' });
    await service.receive(invoiceOverdue, overdue);
    expect(await read(application.id)).toMatchObject({ status: 'released', releaseReason: 'overdue' });
  });

  it('whose money is recorded while the grace ends has one outcome', async () => {
    for (let round = 0; round < 5; round += 1) {
      const application = await approved();
      await Promise.all([pay(application), lapse(application)]);
      const { status, isPaid } = await read(application.id);
      expect([status, isPaid, await isFree(application.boothId), (await published(applicationReleased, application.id)).length]).toEqual(
        status === 'approved' ? ['approved', true, false, 0] : ['released', false, true, 1],
      );
    }
  });
});

describe('an invoice whose grace is over', () => {
  it('frees the booth, once', async () => {
    const application = await approved();
    await lapse(application, '2023-03-15', 2);
    expect(await read(application.id)).toMatchObject({ status: 'released', releaseReason: 'overdue', releaseNote: null });
    expect(await published(applicationReleased, application.id)).toMatchObject([{ reason: 'overdue' }]);
    expect(await isFree(application.boothId)).toBe(true);
  });

  it('has no effect after the payment', async () => {
    const application = await approved();
    await pay(application);
    await lapse(application);
    expect(await read(application.id)).toMatchObject({ status: 'approved', isPaid: true });
    expect(await isFree(application.boothId)).toBe(false);
  });

  it('has no effect after an extension', async () => {
    const application = await approved();
    good(await organizer.post(applicationAt(application.id, '/extend-pay-by'), { payBy: '2023-03-22' }, { ifMatch: application.version }));
    await lapse(application, '2023-03-15');
    expect(await read(application.id)).toMatchObject({ status: 'approved' });
    await lapse(application, '2023-03-22');
    expect(await read(application.id)).toMatchObject({ status: 'released' });
  });

  it('has no effect after a withdrawal', async () => {
    const application = await approved();
    good(await exhibitor.post(applicationAt(application.id, '/withdraw')));
    await lapse(application);
    await pay(application);
    expect(await read(application.id)).toMatchObject({ status: 'withdrawn', isPaid: false });
    expect(await published(applicationReleased, application.id)).toEqual([]);
  });

  it('is dead-lettered for an unknown application', async () => {
    const known = await approved();
    await service.receive(invoiceGraceEnded, { ...invoice({ ...known, id: newId() }), outstanding: 1, dueOn: '2023-03-15' });
    const [waiting] = await service.query(`SELECT tries, last_error FROM inbox WHERE status <> 'done' ORDER BY id DESC LIMIT 1`);
    expect(waiting).toMatchObject({ tries: 1, last_error: expect.stringContaining('application.not_found') as unknown });
    await service.query(`DELETE FROM inbox WHERE status <> 'done'`);
  });
});

describe('a payment after the release', () => {
  const released = async () => {
    const application = await approved();
    await lapse(application);
    return application;
  };

  it('restores the booth while it is free, once', async () => {
    const application = await released();
    const invoiceId = newId();
    await payLate(application, 2, invoiceId);
    await payLate(application, 1, invoiceId);
    const again = await read(application.id);
    expect(again).toMatchObject({ status: 'approved', isPaid: true, releaseReason: null, booth: { boothId: application.boothId } });
    expect(again.booth?.allocationId).not.toBe(application.booth?.allocationId);
    expect(await published(applicationReallocated, application.id)).toEqual([
      expect.objectContaining({ invoiceId, allocationId: again.booth?.allocationId, boothId: application.boothId }),
    ]);
    expect(await isFree(application.boothId)).toBe(false);
    await verify(application);
    expect(await read(application.id)).toMatchObject({ status: 'confirmed' });
  });

  it('confirms at once if the seal was verified', async () => {
    const application = await approved();
    await verify(application);
    await lapse(application);
    await payLate(application);
    expect(await read(application.id)).toMatchObject({ status: 'confirmed' });
    expect(good<object>(await exhibitor.get(applicationAt(application.id, '/agreement')))).toMatchObject({ status: 'seal_verified' });
  });

  it('restores the booth even if it was paid before, released by the organizer and refunded', async () => {
    const application = await approved();
    const invoiceId = newId();
    await pay(application, 1, invoiceId);
    const { version } = await read(application.id);
    good(await organizer.post(applicationAt(application.id, '/release'), { reason: '展位调整' }, { ifMatch: version }));
    expect(await read(application.id)).toMatchObject({ status: 'released', isPaid: false });
    await payLate(application, 1, invoiceId);
    expect(await read(application.id)).toMatchObject({ status: 'approved', isPaid: true });
  });

  it('is refused when the booth is gone', async () => {
    const application = await released();
    const { exhibitor: neighbour } = await anExhibitor(service);
    const next = await aSubmitted(neighbour, edition.editionId, edition.generalId);
    good(await organizer.post(applicationAt(next.id, '/approve'), { boothId: application.boothId }, { ifMatch: next.version }));
    await payLate(application);
    expect(await read(application.id)).toMatchObject({ status: 'released', isPaid: false });
    expect(await published(applicationReallocationRefused, application.id)).toHaveLength(1);
    expect(await published(applicationReallocated, application.id)).toEqual([]);
  });

  it('is refused when the organizer has blocked the booth', async () => {
    const application = await released();
    good(await organizer.post(`/v1/exhibition/booths/${application.boothId}/block`, { reason: '改作他用' }, { ifMatch: 1 }));
    await payLate(application);
    expect(await published(applicationReallocationRefused, application.id)).toHaveLength(1);
  });

  it('is refused after a withdrawal', async () => {
    const application = await approved();
    good(await exhibitor.post(applicationAt(application.id, '/withdraw')));
    await payLate(application);
    expect(await read(application.id)).toMatchObject({ status: 'withdrawn' });
    expect(await published(applicationReallocationRefused, application.id)).toHaveLength(1);
  });

  it('takes a place of the region again, and frees it if the booth is gone', async () => {
    const { editionId, regionalId } = await anOpenEdition(service);
    const partner = partnerOf(service);
    const places = async () =>
      good<{ taken: number; places: number; version: number }>(await partner.get(`/v1/exhibition/editions/${editionId}/quotas/mine`));
    const holder = async () => {
      const { id, version } = await aRegional(exhibitor, editionId, regionalId);
      const endorsed = good(await partner.post(applicationAt(id, '/endorse'), {}, { ifMatch: version }));
      const boothId = await aBooth(service, editionId, regionalId, { areaType: 'enterprise' });
      return { ...good(await organizer.post(applicationAt(id, '/approve'), { boothId }, { ifMatch: endorsed.version })), boothId };
    };
    const [back, late] = [await holder(), await holder()];
    await lapse(back);
    await lapse(late);
    expect(await places()).toMatchObject({ taken: 0 });
    good(await organizer.put(`/v1/exhibition/editions/${editionId}/quotas/210000`, { places: 1 }, { ifMatch: (await places()).version }));
    await payLate(back);
    expect(await read(back.id)).toMatchObject({ status: 'approved', endorsement: 'region' });
    expect(await places()).toMatchObject({ taken: 1 });
    await payLate(late);
    expect(await published(applicationReallocationRefused, late.id)).toHaveLength(1);
    expect(await isFree(late.boothId)).toBe(true);
    good(await organizer.put(`/v1/exhibition/editions/${editionId}/quotas/210000`, { places: 5 }, { ifMatch: (await places()).version }));
    const blocked = await holder();
    await lapse(blocked);
    good(await organizer.post(`/v1/exhibition/booths/${blocked.boothId}/block`, { reason: '改作他用' }, { ifMatch: 1 }));
    await payLate(blocked);
    expect(await places()).toMatchObject({ taken: 1 });
  });
});

describe('events of identity about organisations', () => {
  const events = (id: string) => ({ organisationId: id, origin: 'mainland' as const, kind: 'enterprise', regionCode: '210000' });

  it('let an organisation submit once it is activated, permanently', async () => {
    const id = newId();
    const somebody = service.as({ roles: ['organisation_admin'], organisationId: id });
    const draft = await aDraft(somebody, edition.editionId, edition.generalId);
    await service.receive(organisationRegistered, events(id), { aggregateVersion: 1 });
    expect((await somebody.post(applicationAt(draft.id, '/submit'))).status).toBe(409);
    await service.receive(organisationActivated, events(id), { aggregateVersion: 2, times: 2 });
    await service.receive(organisationRegistered, events(id), { aggregateVersion: 1 });
    expect((await somebody.post(applicationAt(draft.id, '/submit'))).status).toBe(200);
  });
});

describe('the inbox', () => {
  it('has no dead letter after all of this', async () => {
    await service.settled();
    expect(await service.deadLetters()).toEqual([]);
  });
});
