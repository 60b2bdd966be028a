import { randomUUID } from 'node:crypto';
import { seeds } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';
import { aPerson } from './person.factory.js';
import { aMember, aRoleGrant, callsOf } from './role.factory.js';

const path = '/v1/identity/access/explain';
let service: TestService;

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
});

describe('the explanation of an access', () => {
  it('names the grant by which the caller holds a role', async () => {
    const person = await aMember(service);
    const until = new Date('2023-06-01T00:00:00+08:00');
    const grantId = await aRoleGrant(service, { login: person.mail, role: 'auditor', until });
    const { status, body } = await callsOf(service, person, ['auditor']).get(path, { query: { permission: 'client:read' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      permission: 'client:read',
      isAllowed: true,
      accountId: person.id,
      organisationId: seeds.organizer,
      isCoveredByScopes: true,
    });
    expect(body.roles).toEqual([
      { role: 'platform_admin', heldBy: null, grant: null },
      {
        role: 'auditor',
        heldBy: 'grant',
        grant: { id: grantId, regionCode: null, validFrom: expect.any(String), validUntil: expect.any(String) },
      },
    ]);
    expect(new Date(body.roles[1].grant.validUntil)).toEqual(until);
    service.clock.set(until);
    expect((await callsOf(service, person, ['auditor']).get(path, { query: { permission: 'client:read' } })).body.isAllowed).toBe(false);
    service.clock.set('2023-03-01T09:00:00+08:00');
  });

  it('says by membership, and whether the token covers it', async () => {
    const { id } = await aPerson(service);
    const as = (scopes: string[]) => service.as({ id, roles: ['organisation_admin'], organisationId: demoExhibitor, scopes });
    const query = { permission: 'organisation:change' };
    expect((await as(['identity:write']).get(path, { query })).body).toMatchObject({
      isAllowed: true,
      roles: [{ role: 'organisation_admin', heldBy: 'membership', grant: null }],
    });
    expect((await as(['identity:read']).get(path, { query })).body).toMatchObject({ isAllowed: false, isCoveredByScopes: false });
    const { body } = await as(['identity:read']).get(path, { query: { permission: 'client:switch' } });
    expect([body.isAllowed, body.roles]).toEqual([false, [{ role: 'platform_admin', heldBy: null, grant: null }]]);
  });

  it('about others is for those who see roles', async () => {
    const person = await aMember(service, { roles: ['auditor'] });
    const query = { permission: 'client:read', accountId: person.id };
    const auditor = service.as({ roles: ['auditor'], organisationId: seeds.organizer });
    expect((await auditor.get(path, { query })).body).toMatchObject({
      isAllowed: true,
      accountId: person.id,
      organisationId: seeds.organizer,
      isCoveredByScopes: null,
    });
    const elsewhere = await auditor.get(path, { query: { ...query, organisationId: demoExhibitor } });
    expect(elsewhere.body).toMatchObject({ isAllowed: false, organisationId: demoExhibitor });
    expect((await auditor.get(path, { query: { ...query, accountId: randomUUID() } })).status).toBe(404);
    const clerk = service.as({ roles: ['finance_clerk'], organisationId: seeds.organizer });
    expect((await clerk.get(path, { query })).body).toMatchObject({ status: 403, code: 'permission.missing' });
    expect((await clerk.get(path, { query: { permission: 'client:read', organisationId: demoExhibitor } })).status).toBe(403);
    expect((await service.anonymous.get(path, { query })).status).toBe(401);
  });

  it('of a program is by its registration', async () => {
    const portal = service.as({
      kind: 'client',
      id: 'portal-210000',
      roles: ['province_partner'],
      organisationId: seeds.partnerOf('210000'),
    });
    const { body } = await portal.get(path, { query: { permission: 'organisation:read' } });
    expect([body.isAllowed, body.accountId]).toEqual([true, null]);
    expect(body.roles).toContainEqual({ role: 'province_partner', heldBy: 'client', grant: null });
  });

  it('knows the permissions that there are', async () => {
    const auditor = service.as({ roles: ['auditor'] });
    for (const query of [{ permission: 'world:rule' }, { permission: 'toString' }, {}]) {
      const { status, body } = await auditor.get(path, { query });
      expect([status, body.code, body.errors[0]?.pointer]).toEqual([400, 'query.invalid', '/permission']);
    }
  });
});
