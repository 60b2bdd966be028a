import { roles, type Role } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { aBooth, anEdition, aVenue } from './exhibition.factory.js';

const base = '/v1/exhibition';
const id = newId();

const organizers: readonly Role[] = ['platform_admin', 'shenzhen_working_group'];
const boothReaders: readonly Role[] = [...organizers, 'beijing_working_group', 'committee_office', 'zone_undertaker', 'auditor'];
const nodeReaders: readonly Role[] = [...boothReaders, 'block_lead'];

/** Every guarded route of the venue and who may call it; calls are about things that do not exist, so that whoever may gets 404 or 422. */
const routes: readonly [name: string, admitted: readonly Role[], call: (api: Api) => Promise<{ status: number; body: unknown }>][] = [
  ['GET editions/{id}/venue', nodeReaders, api => api.get(`${base}/editions/${id}/venue`)],
  ['GET editions/{id}/venue/booths', boothReaders, api => api.get(`${base}/editions/${id}/venue/booths`)],
  ['POST editions/{id}/venue/clone', organizers, api => api.post(`${base}/editions/${id}/venue/clone`, { sourceEditionId: id })],
  ['POST nodes', organizers, api => api.post(`${base}/nodes`)],
  ['PATCH nodes/{id}', organizers, api => api.patch(`${base}/nodes/${id}`, {}, { ifMatch: 1 })],
  ['POST nodes/{id}/move', organizers, api => api.post(`${base}/nodes/${id}/move`, { parentId: null }, { ifMatch: 1 })],
  [
    'PUT nodes/{id}/responsibilities',
    organizers,
    api => api.put(`${base}/nodes/${id}/responsibilities`, { responsibilities: [] }, { ifMatch: 1 }),
  ],
  ['DELETE nodes/{id}', organizers, api => api.delete(`${base}/nodes/${id}`, { ifMatch: 1 })],
  ['POST booths', organizers, api => api.post(`${base}/booths`)],
  ['POST booths/bulk', organizers, api => api.post(`${base}/booths/bulk`)],
  ['PATCH booths/{id}', organizers, api => api.patch(`${base}/booths/${id}`, {}, { ifMatch: 1 })],
  ['POST booths/{id}/block', organizers, api => api.post(`${base}/booths/${id}/block`, { reason: 'stage' }, { ifMatch: 1 })],
  ['POST booths/{id}/unblock', organizers, api => api.post(`${base}/booths/${id}/unblock`, {}, { ifMatch: 1 })],
  ['DELETE booths/{id}', organizers, api => api.delete(`${base}/booths/${id}`, { ifMatch: 1 })],
];

let service: TestService;

beforeAll(async () => {
  service = await startService(exhibition);
});

describe.each(routes)('%s', (_name, admitted, call) => {
  it('is for nobody without a token', async () => {
    expect(await call(service.anonymous)).toMatchObject({ status: 401, body: { code: 'token.missing' } });
  });

  it('is for the roles that run the venue only', async () => {
    for (const role of roles) {
      const { status, body } = await call(service.as({ roles: [role], organisationId: newId(), regionCode: '210000' }));
      const refused = expect.objectContaining({ code: 'permission.missing' }) as unknown;
      expect([role, status === 403, body]).toEqual([role, !admitted.includes(role), admitted.includes(role) ? body : refused]);
    }
  });

  it('needs the scope of the service too', async () => {
    const { status, body } = await call(service.as({ roles: [...roles], scopes: ['billing:read', 'billing:write'] }));
    expect([status, body]).toEqual([403, expect.objectContaining({ code: 'scope.missing' })]);
  });
});

describe('the public routes', () => {
  it('answer everybody, and refuse to change anything for anybody else', async () => {
    const editionId = await anEdition(service);
    const { generalId } = await aVenue(service, editionId);
    const boothId = await aBooth(service, editionId, generalId);
    for (const path of [`editions/${editionId}/nodes`, `nodes/${generalId}`, `editions/${editionId}/booths`, `booths/${boothId}`]) {
      expect((await service.anonymous.get(`${base}/${path}`)).status).toBe(200);
    }
    const exhibitor = service.as({ roles: ['organisation_admin'], organisationId: newId() });
    expect((await exhibitor.delete(`${base}/booths/${boothId}`, { ifMatch: 1 })).status).toBe(403);
    expect((await service.anonymous.get(`${base}/booths/${boothId}`)).status).toBe(200);
  });
});

describe('bodies that are none', () => {
  it('are refused before anything is done', async () => {
    const organizer = service.as({ roles: ['shenzhen_working_group'] });
    const json = { 'content-type': 'application/json' };
    const written = () => service.query('SELECT (SELECT count(*) FROM nodes) AS nodes, (SELECT count(*) FROM booths) AS booths');
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
