import { applicationSubmitted } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { aDraft, anExhibitor, anOpenEdition, applicationAt, good, inTime } from './booking.factory.js';
import { organizerOf } from './exhibition.factory.js';

interface Waiver {
  readonly id: string;
  readonly version: number;
  readonly code: string;
  readonly [field: string]: unknown;
}

const afterDeadline = '2023-03-27T10:00:00+08:00';
const expiresAt = '2023-03-31T00:00:00+08:00';

let service: TestService;
let edition: { editionId: string; generalId: string };
let organisationId: string;
let exhibitor: Api;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  edition = await anOpenEdition(service);
  organizer = organizerOf(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  ({ organisationId, exhibitor } = await anExhibitor(service));
});

const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const issue = (body: object = {}) =>
  organizer.post('/v1/exhibition/waivers', { editionId: edition.editionId, reason: '主办单位来函', expiresAt, ...body });
const aWaiver = async (body: object = {}): Promise<Waiver> => good<Waiver>(await issue(body), 201);
const draft = () => aDraft(exhibitor, edition.editionId, edition.generalId);
const submit = (id: string, waiverCode?: string) =>
  exhibitor.post(applicationAt(id, '/submit'), waiverCode === undefined ? {} : { waiverCode });
const waiver = async (id: string): Promise<Waiver> => good<Waiver>(await organizer.get(`/v1/exhibition/waivers/${id}`));

describe('a waiver', () => {
  it('allows one late application, once, and shows who issued it', async () => {
    const { id: waiverId, code } = await aWaiver();
    expect(code).toMatch(/^[2-9A-Z]{5}(-[2-9A-Z]{5}){2}$/);
    const [first, second] = [await draft(), await draft()];
    service.clock.set(afterDeadline);
    expect(await submit(first.id)).toMatchObject(refusal(409, 'application.deadline_passed'));
    expect(good(await submit(first.id, ` ${code.toLowerCase()} `))).toMatchObject({ status: 'submitted', isLate: true });
    expect((await service.events(applicationSubmitted)).filter(event => event.applicationId === first.id)).toMatchObject([{ late: true }]);
    expect(await waiver(waiverId)).toMatchObject({ status: 'used', usedByApplicationId: first.id, usedAt: '2023-03-27T02:00:00.000Z' });
    expect(await submit(second.id, code)).toMatchObject(refusal(409, 'waiver.used'));

    const trail = await service.query<{
      action: string;
      actor_kind: string;
      actor_id: string;
      changes: Record<string, { after: unknown }>;
    }>(`SELECT action, actor_kind, actor_id, changes FROM audit_entries WHERE aggregate_id = $1 ORDER BY id`, [waiverId]);
    expect(trail).toMatchObject([
      { action: 'waiver:write', actor_kind: 'user', changes: { reason: { after: '主办单位来函' }, code: { changed: true } } },
      {
        action: 'application:apply',
        actor_kind: 'user',
        changes: { status: { before: 'open', after: 'used' }, used_by_application_id: { after: first.id } },
      },
    ]);
    expect(trail[0]?.actor_id).toBe((await waiver(waiverId))['issuedBy']);
    const late = good<{ items: { id: string }[] }>(
      await organizer.get('/v1/exhibition/applications', { query: { editionId: edition.editionId, late: 'true' } }),
    );
    expect(late.items.map(({ id }) => id)).toContain(first.id);
  });

  it('is not used by a submission in time, nor by one that is refused', async () => {
    const { id, code } = await aWaiver();
    good(await submit((await draft()).id, code));
    const incomplete = await aDraft(exhibitor, edition.editionId, edition.generalId, { exhibits: [] });
    service.clock.set(afterDeadline);
    expect((await submit(incomplete.id, code)).status).toBe(422);
    expect(await waiver(id)).toMatchObject({ status: 'open', version: 1, usedByApplicationId: null });
  });

  it('works for its organisation and edition only', async () => {
    const { organisationId: other } = await anExhibitor(service);
    const { code: forOther } = await aWaiver({ organisationId: other });
    const { code: forMe } = await aWaiver({ organisationId });
    const elsewhere = await anOpenEdition(service);
    const { code: forOtherEdition } = await aWaiver({ editionId: elsewhere.editionId });
    const { id } = await draft();
    service.clock.set(afterDeadline);
    for (const wrong of [forOther, forOtherEdition, 'AAAAA-AAAAA-AAAAA', 'nonsense']) {
      expect(await submit(id, wrong)).toMatchObject(refusal(409, 'waiver.unknown'));
    }
    good(await submit(id, forMe));
  });

  it('expires', async () => {
    const { code } = await aWaiver();
    const { id } = await draft();
    service.clock.set(expiresAt);
    expect(await submit(id, code)).toMatchObject(refusal(409, 'waiver.expired'));
    expect(await issue()).toMatchObject(refusal(409, 'waiver.ends_in_past'));
  });

  it('can be revoked until it is used', async () => {
    const taken = await aWaiver();
    const revoke = (id: string, ifMatch?: number) =>
      organizer.post(`/v1/exhibition/waivers/${id}/revoke`, {}, ifMatch === undefined ? {} : { ifMatch });
    expect(await revoke(taken.id)).toMatchObject(refusal(428, 'if_match.required'));
    expect(await revoke(taken.id, 7)).toMatchObject(refusal(412, 'resource.changed'));
    expect(good(await revoke(taken.id, taken.version))).toMatchObject({ status: 'revoked' });
    const { id } = await draft();
    service.clock.set(afterDeadline);
    expect(await submit(id, taken.code)).toMatchObject(refusal(409, 'waiver.revoked'));
    const used = await aWaiver();
    good(await submit(id, used.code));
    expect(await revoke(used.id, 2)).toMatchObject(refusal(409, 'waiver.wrong_state', { state: 'used', allowedActions: [] }));
  });

  it('can be issued by the Shenzhen working group only', async () => {
    const { id } = await aWaiver();
    for (const role of ['beijing_working_group', 'province_partner', 'organisation_admin', 'zone_undertaker', 'platform_admin'] as const) {
      const other = service.as({ roles: [role], organisationId, regionCode: '210000' });
      expect(await other.post('/v1/exhibition/waivers', { editionId: edition.editionId, reason: 'x', expiresAt })).toMatchObject(
        refusal(403, 'permission.missing'),
      );
      expect(await other.get(`/v1/exhibition/waivers/${id}`)).toMatchObject(refusal(403, 'permission.missing'));
    }
  });

  it('needs a known edition, a known organisation, and a reason', async () => {
    expect(await issue({ organisationId: newId() })).toMatchObject(
      refusal(422, 'body.invalid', { errors: [expect.objectContaining({ pointer: '/organisationId', code: 'unknown' })] }),
    );
    expect(await issue({ editionId: newId() })).toMatchObject(
      refusal(422, 'body.invalid', { errors: [expect.objectContaining({ pointer: '/editionId' })] }),
    );
    expect(await issue({ reason: ' ' })).toMatchObject(
      refusal(422, 'body.invalid', { errors: [expect.objectContaining({ pointer: '/reason' })] }),
    );
    expect((await organizer.get(`/v1/exhibition/waivers/${newId()}`)).status).toBe(404);
  });

  it('is listed by state', async () => {
    const { editionId } = await anOpenEdition(service);
    const open = await aWaiver({ editionId });
    const revoked = await aWaiver({ editionId });
    await organizer.post(`/v1/exhibition/waivers/${revoked.id}/revoke`, {}, { ifMatch: 1 });
    const list = async (query: object) =>
      good<{ items: { id: string }[] }>(await organizer.get('/v1/exhibition/waivers', { query: { editionId, ...query } })).items.map(
        ({ id }) => id,
      );
    expect(await list({})).toEqual(expect.arrayContaining([open.id, revoked.id]));
    expect(await list({ status: 'open' })).toEqual([open.id]);
    expect(await list({ status: 'used' })).toEqual([]);
  });
});
