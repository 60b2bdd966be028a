import type { Role } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { describeAccess, reviewedAccess, type Api } from '@ciep/testing';
import { describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { anApproved, anExhibitor, anOpenEdition, aScan, formBody } from './booking.factory.js';
import { aBooth, anEdition, aVenue } from './exhibition.factory.js';

const base = '/v1/exhibition';
const exhibitors: readonly Role[] = ['organisation_admin', 'organisation_member', 'individual'];

const service = describeAccess(exhibition);

const send = (api: Api, method: string, path: string, body: object = {}, ifMatch?: number) => {
  const options = ifMatch === undefined ? {} : { ifMatch };
  if (method === 'get') return api.get(path);
  return method === 'post' ? api.post(path, body, options) : api.patch(path, body, options);
};

describe('an owned resource', () => {
  it('is not found by anybody else, on any route', async () => {
    const edition = await anOpenEdition(service());
    const { exhibitor } = await anExhibitor(service());
    const { id, boothId } = await anApproved(service(), exhibitor, edition);
    const agreement = await aScan(exhibitor, id);
    const { exhibitor: neighbour, organisationId } = await anExhibitor(service());
    const strangers: readonly (readonly [Api, readonly Role[]])[] = [
      [neighbour, exhibitors],
      [service().as({ roles: ['province_partner'], regionCode: '220000', organisationId }), ['province_partner']],
      [service().as({ roles: ['zone_undertaker'], organisationId }), ['zone_undertaker']],
    ];
    const bodies: Readonly<Record<string, object>> = {
      patch: { wishedAreaDm2: 100 },
      return: { corrections: [{ pointer: '/contact', text: 'x' }], correctBy: '2023-03-10T00:00:00+08:00' },
      reject: { reason: 'x' },
      release: { reason: 'x' },
      approve: { boothId },
      'swap-booth': { boothId },
      'extend-pay-by': { payBy: '2023-03-30' },
      notes: { text: 'x' },
      scans: { uploadId: newId() },
      'log-posting': { trackingNumber: 'SF1', postedOn: '2023-03-01' },
    };
    let calls = 0;
    for (const { route, roles: admitted } of reviewedAccess('exhibition').filter(row => row.route.includes('/applications/{id}'))) {
      const [verb = '', template = ''] = route.split(' ');
      const method = verb.toLowerCase();
      const path = template.replace('{id}', id).replace('{scanId}', agreement.scans[0]?.id ?? '');
      const body = bodies[method === 'patch' ? 'patch' : (template.split('/').at(-1) ?? '')] ?? {};
      for (const [stranger, held] of strangers) {
        if (!held.some(role => admitted.includes(role))) continue;
        const { status } = await send(stranger, method, path, body, 1);
        expect([route, status]).toEqual([route, 404]);
        calls += 1;
      }
    }
    expect(calls).toBeGreaterThan(20);
    expect((await exhibitor.get(`${base}/applications/${id}`)).body).toMatchObject({ status: 'approved', version: 3 });
    expect((await neighbour.post(`${base}/applications`, formBody(edition.editionId, edition.generalId))).status).toBe(201);
  });
});

describe('the public routes', () => {
  it('answer everybody, and refuse changes by others', async () => {
    const editionId = await anEdition(service());
    const { generalId } = await aVenue(service(), editionId);
    const boothId = await aBooth(service(), editionId, generalId);
    for (const path of [`editions/${editionId}/nodes`, `nodes/${generalId}`, `editions/${editionId}/booths`, `booths/${boothId}`]) {
      expect((await service().anonymous.get(`${base}/${path}`)).status).toBe(200);
    }
    const exhibitor = service().as({ roles: ['organisation_admin'], organisationId: newId() });
    expect((await exhibitor.delete(`${base}/booths/${boothId}`, { ifMatch: 1 })).status).toBe(403);
    expect((await service().anonymous.get(`${base}/booths/${boothId}`)).status).toBe(200);
  });
});

describe('malformed bodies', () => {
  it('are refused before anything is done', async () => {
    const organizer = service().as({ roles: ['shenzhen_working_group'] });
    const json = { 'content-type': 'application/json' };
    const written = () => service().query('SELECT (SELECT count(*) FROM nodes) AS nodes, (SELECT count(*) FROM booths) AS booths');
    const before = await written();
    expect((await organizer.post(`${base}/nodes`, '{"kind":', { headers: json })).status).toBe(400);
    expect(
      (await organizer.post(`${base}/nodes`, 'kind=zone', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
    ).toBe(415);
    expect((await organizer.post(`${base}/booths/bulk`, `{"editionId":"${'x'.repeat(2_000_000)}"}`, { headers: json })).status).toBe(413);
    expect((await organizer.post(`${base}/nodes`, '[]', { headers: json })).status).toBe(422);
    expect(await written()).toEqual(before);
  });
});
