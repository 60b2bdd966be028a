import { randomUUID } from 'node:crypto';
import { permissions, roles, seeds, type Permission, type Role } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';

let service: TestService;

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
});

type Method = 'get' | 'post' | 'patch';
type Rule = Permission | 'public' | 'authenticated';

const foreign = randomUUID();

/** Every route, and who may call it. */
const routes: readonly [Method, string, Rule][] = [
  ['post', '/v1/identity/registrations', 'public'],
  ['post', '/v1/identity/registrations/resend', 'public'],
  ['post', '/v1/identity/registrations/{id}/resend', 'public'],
  ['post', '/v1/identity/registrations/{id}/verify', 'public'],
  ['get', '/v1/identity/regions', 'public'],
  ['get', '/v1/identity/organisation-kinds', 'public'],
  ['get', '/v1/identity/me', 'authenticated'],
  ['get', '/v1/identity/organisations', 'organisation:list'],
  ['get', '/v1/identity/organisations/{id}', 'organisation:read'],
  ['patch', '/v1/identity/organisations/{id}', 'organisation:change'],
  ['get', '/v1/identity/clients', 'client:read'],
  ['get', '/v1/identity/clients/{id}', 'client:read'],
  ['post', '/v1/identity/clients/{id}/rotate-secret', 'client:rotate'],
  ['post', '/v1/identity/clients/{id}/disable', 'client:switch'],
  ['post', '/v1/identity/clients/{id}/enable', 'client:switch'],
  ['get', '/v1/identity/audit-entries', 'audit:read'],
  ['get', '/v1/identity/parked-facts', 'parked_fact:read'],
  ['post', '/v1/identity/parked-facts/replay', 'parked_fact:write'],
  ['post', '/v1/identity/parked-facts/{id}/replay', 'parked_fact:write'],
  ['post', '/v1/identity/parked-facts/{id}/skip', 'parked_fact:write'],
  ['get', '/v1/identity/parked-outgoing-facts', 'parked_fact:read'],
  ['post', '/v1/identity/parked-outgoing-facts/replay', 'parked_fact:write'],
  ['post', '/v1/identity/parked-outgoing-facts/{id}/replay', 'parked_fact:write'],
  ['post', '/v1/identity/parked-outgoing-facts/{id}/skip', 'parked_fact:write'],
];

describe('access', () => {
  it('is decided here for every route there is', () => {
    const documented = Object.entries(service.running.document().paths).flatMap(([path, item]) =>
      Object.keys(item as object).map(method => `${method} ${path}`),
    );
    expect(routes.map(([method, path]) => `${method} ${path}`).toSorted()).toEqual(documented.toSorted());
  });

  it.each(routes)('%s %s: %s', async (method, template, rule) => {
    const path = template.replace('{id}', template.includes('/parked-') ? '1' : foreign);
    const call = (api: TestService['anonymous']) => (method === 'get' ? api.get(path) : api[method](path, {}, { ifMatch: 1 }));
    const anonymous = await call(service.anonymous);
    expect(anonymous.status === 401).toBe(rule !== 'public');
    if (rule === 'public') return;
    const allowed: readonly Role[] = rule === 'authenticated' ? roles : permissions[rule];
    for (const role of roles) {
      const { status, body } = await call(service.as({ roles: [role], organisationId: seeds.partnerOf('210000') }));
      expect({ role, refused: status === 403 && body.code === 'permission.missing' }).toEqual({ role, refused: !allowed.includes(role) });
    }
    const reading = await call(
      service.as({ roles, organisationId: seeds.partnerOf('210000'), scopes: method === 'get' ? ['exhibition:write'] : ['identity:read'] }),
    );
    expect([reading.status, reading.body.code]).toEqual([403, 'scope.missing']);
  });

  it('does not follow headers that pretend an identity', async () => {
    const headers = { 'x-user-id': foreign, 'x-user-roles': 'platform_admin', 'x-internal-organisation': demoExhibitor };
    expect((await service.anonymous.get('/v1/identity/organisations', { headers })).status).toBe(401);
    const stranger = service.as({ roles: ['organisation_admin'], organisationId: seeds.partnerOf('110000') });
    expect((await stranger.get(`/v1/identity/organisations/${demoExhibitor}`, { headers })).status).toBe(404);
  });
});
