import { roles, type Role } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { anApproved, anExhibitor, anOpenEdition, aScan, formBody, pdfFile } from './booking.factory.js';

const exhibitors: readonly Role[] = ['organisation_admin', 'organisation_member', 'individual'];
const organizers: readonly Role[] = ['shenzhen_working_group', 'beijing_working_group', 'committee_office'];
const readers: readonly Role[] = [...exhibitors, ...organizers, 'zone_undertaker', 'province_partner', 'auditor'];
const deciders: readonly Role[] = ['shenzhen_working_group', 'zone_undertaker'];
const workingGroups: readonly Role[] = ['shenzhen_working_group', 'beijing_working_group'];
const agreementReaders: readonly Role[] = [...exhibitors, ...organizers];

/** Every route of the booking story and the roles that may try it; who may is not always who succeeds. */
const matrix: Readonly<Record<string, readonly Role[] | 'public'>> = {
  'get /area-types': 'public',
  'get /booth-types': 'public',
  'get /exhibit-types': 'public',
  'get /exhibitor-kinds': 'public',
  'get /node-kinds': 'public',
  'get /responsibility-roles': 'public',
  'get /application-statuses': 'public',
  'get /application-events': 'public',
  'get /applications': readers,
  'get /applications/counts': readers,
  'get /applications/export.csv': workingGroups,
  'get /applications/{id}': readers,
  'post /applications': exhibitors,
  'patch /applications/{id}': exhibitors,
  'get /applications/{id}/self-check': exhibitors,
  'post /applications/{id}/submit': exhibitors,
  'post /applications/{id}/withdraw': exhibitors,
  'post /applications/{id}/endorse': ['province_partner'],
  'post /applications/{id}/withdraw-endorsement': ['province_partner'],
  'post /applications/{id}/override-endorsement': workingGroups,
  'post /applications/{id}/return': deciders,
  'post /applications/{id}/reject': deciders,
  'post /applications/{id}/approve': deciders,
  'post /applications/{id}/swap-booth': deciders,
  'post /applications/{id}/extend-pay-by': deciders,
  'post /applications/{id}/release': deciders,
  'get /applications/{id}/notes': [...organizers, 'zone_undertaker', 'auditor'],
  'post /applications/{id}/notes': [...workingGroups, 'zone_undertaker'],
  'get /applications/{id}/agreement': agreementReaders,
  'get /applications/{id}/agreement.pdf': agreementReaders,
  'get /applications/{id}/agreement/scans/{scanId}': agreementReaders,
  'post /applications/{id}/agreement/scans': exhibitors,
  'post /applications/{id}/agreement/log-posting': exhibitors,
  'post /applications/{id}/agreement/log-receipt': ['shenzhen_working_group'],
  'post /applications/{id}/agreement/verify-seal': ['shenzhen_working_group'],
  'post /applications/{id}/agreement/refuse-seal': ['shenzhen_working_group'],
  'post /uploads': exhibitors,
  'get /waivers': ['shenzhen_working_group', 'auditor'],
  'get /waivers/{id}': ['shenzhen_working_group', 'auditor'],
  'post /waivers': ['shenzhen_working_group'],
  'post /waivers/{id}/revoke': ['shenzhen_working_group'],
  'get /editions/{editionId}/quotas': [...organizers, 'auditor'],
  'get /editions/{editionId}/quotas/mine': ['province_partner'],
  'get /editions/{editionId}/quotas/{regionCode}': [...organizers, 'auditor'],
  'put /editions/{editionId}/quotas/{regionCode}': workingGroups,
};
const base = '/v1/exhibition';
/** The venue has a table of its own. */
const elsewhere =
  /^\w+ (\/(nodes|booths|audit-entries|parked-(?:outgoing-)?facts|openapi)|\/editions\/\{editionId\}\/(nodes|booths|venue))/;

let service: TestService;
beforeAll(async () => {
  service = await startService(exhibition);
});

const send = (api: Api, method: string, path: string, body: object = {}, ifMatch?: number) => {
  const options = ifMatch === undefined ? {} : { ifMatch };
  if (path.endsWith('/uploads')) return api.upload(path, pdfFile(), 'application/pdf');
  if (method === 'get') return api.get(path);
  if (method === 'post') return api.post(path, body, options);
  return method === 'put' ? api.put(path, body, options) : api.patch(path, body, options);
};

describe('access to the booking story', () => {
  it('is decided here for every route', () => {
    const routes = Object.entries(service.running.document().paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method} ${path.replace(base, '')}`),
    );
    expect(routes.filter(route => route.includes(' /') && !elsewhere.test(route) && !route.includes('/health')).sort()).toEqual(
      Object.keys(matrix).sort(),
    );
  });

  it.each(Object.entries(matrix))('%s', async (route, admitted) => {
    const [method = '', template = ''] = route.split(' ');
    const path = base + template.replace('{regionCode}', '210000').replaceAll(/\{\w+\}/g, () => newId());
    if (admitted === 'public') {
      expect(await service.anonymous.get(path)).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=3600' } });
      return;
    }
    expect((await send(service.anonymous, method, path)).status).toBe(401);
    for (const role of roles) {
      const { status, body } = await send(service.as({ roles: [role], organisationId: newId(), regionCode: '210000' }), method, path);
      const isRefused = status === 403 && (body as { code?: string }).code === 'permission.missing';
      expect([role, isRefused, status < 500]).toEqual([role, !admitted.includes(role), true]);
    }
  });
});

describe('what belongs to somebody', () => {
  it('is not there for anybody else, on any route', async () => {
    const edition = await anOpenEdition(service);
    const { exhibitor } = await anExhibitor(service);
    const { id, boothId } = await anApproved(service, exhibitor, edition);
    const agreement = await aScan(exhibitor, id);
    const { exhibitor: neighbour, organisationId } = await anExhibitor(service);
    const strangers: readonly (readonly [Api, readonly Role[]])[] = [
      [neighbour, exhibitors],
      [service.as({ roles: ['province_partner'], regionCode: '220000', organisationId }), ['province_partner']],
      [service.as({ roles: ['zone_undertaker'], organisationId }), ['zone_undertaker']],
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
    for (const [route, admitted] of Object.entries(matrix)) {
      const [method = '', template = ''] = route.split(' ');
      if (!template.includes('/applications/{id}') || admitted === 'public') continue;
      const path = base + template.replace('{id}', id).replace('{scanId}', agreement.scans[0]?.id ?? '');
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
