import { randomUUID } from 'node:crypto';
import { roleRevoked, seeds } from '@ciep/contracts';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';
import { loginOf } from './relying-party.factory.js';
import { accountOf, aMember, aRoleGrant, callsOf } from './role.factory.js';

const organisations = '/v1/identity/organisations';
let service: TestService;
let admin: Api;
let adminId: string;

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
  adminId = await accountOf(service, loginOf('platform_admin'));
  admin = callsOf(service, { id: adminId }, ['platform_admin']);
});

const versionOf = async (id: string): Promise<number> => (await admin.get(`${organisations}/${id}`)).body.version;
const appoint = async (id: string, regionCode: string | null, by = admin, reason = 'Appointed by the region') =>
  by.put(`${organisations}/${id}/partner-region`, { regionCode, reason }, { ifMatch: await versionOf(id) });
const grantsIn = (organisationId: string) =>
  service.query<{ status: string; region_code: string }>(
    `SELECT status, region_code FROM role_grants WHERE organisation_id = $1 AND role = 'province_partner' ORDER BY id`,
    [organisationId],
  );

describe('the partner unit of a region', () => {
  it('is appointed by a platform administrator, beside another of the same region, with an entry in the audit trail', async () => {
    const { status, body } = await appoint(demoExhibitor, '210000');
    expect([status, body.partnerRegion]).toEqual([200, '210000']);
    const { body: trail } = await admin.get('/v1/identity/audit-entries', { query: { aggregateId: demoExhibitor, limit: 1 } });
    expect(trail.items[0]).toMatchObject({
      action: 'partner_unit:appoint',
      actorId: adminId,
      changes: {
        partner_region: { before: null, after: '210000' },
        partner_reason: { before: null, after: 'Appointed by the region' },
      },
    });
    expect((await appoint(demoExhibitor, '210000')).body.version).toBe(body.version);
  });

  it('loses its province partners with the region, and only they', async () => {
    const unit = seeds.partnerOf('220000');
    const partner = await aMember(service, { organisationId: unit, roles: ['auditor'] });
    await aRoleGrant(service, { login: partner.mail, organisationId: unit, role: 'province_partner', regionCode: '220000' });
    expect((await appoint(unit, '220000')).status).toBe(200);
    expect(await grantsIn(unit)).toEqual([{ status: 'active', region_code: '220000' }]);
    expect((await appoint(unit, '230000')).body.partnerRegion).toBe('230000');
    expect(await grantsIn(unit)).toEqual([{ status: 'expired', region_code: '220000' }]);
    const [told] = await service.events(roleRevoked);
    expect(told).toMatchObject({ accountId: partner.id, role: 'province_partner', regionCode: '220000' });
    await aRoleGrant(service, { login: partner.mail, organisationId: unit, role: 'province_partner', regionCode: '230000' });
    expect((await appoint(unit, null)).body.partnerRegion).toBeNull();
    expect((await grantsIn(unit)).map(({ status }) => status)).toEqual(['expired', 'expired']);
    const others = await service.query(`SELECT 1 FROM role_grants WHERE account_id = $1 AND status = 'active'`, [partner.id]);
    expect(others).toHaveLength(1);
  });

  it('crosses a grant with one outcome: no province partner is left without a unit', async () => {
    const units = ['110000', '120000', '130000', '140000', '150000'].map(seeds.partnerOf);
    const crossings = await Promise.all(
      units.map(async unit => ({ unit, partner: await aMember(service, { organisationId: unit }), version: await versionOf(unit) })),
    );
    await Promise.all(
      crossings.map(async ({ unit, partner, version }) => {
        const wanted = { accountId: partner.id, organisationId: unit, role: 'province_partner', reason: 'for the region' };
        // Without the lock the grant may read the region that is just taken away, and stay active.
        const [granted, taken] = await Promise.all([
          admin.post('/v1/identity/role-grants', wanted),
          admin.put(`${organisations}/${unit}/partner-region`, { regionCode: null, reason: 'merged' }, { ifMatch: version }),
        ]);
        expect(taken.status).toBe(200);
        expect([201, 422]).toContain(granted.status);
        expect((await grantsIn(unit)).filter(({ status }) => status === 'active')).toEqual([]);
      }),
    );
  });

  it('is no business of others', async () => {
    const group = callsOf(service, await aMember(service, { roles: ['beijing_working_group'] }), ['beijing_working_group']);
    expect((await appoint(demoExhibitor, null, group)).status).toBe(403);
    const address = `${organisations}/${demoExhibitor}/partner-region`;
    expect((await admin.put(address, { regionCode: '999999', reason: 'x' }, { ifMatch: 1 })).status).toBe(422);
    expect((await admin.put(address, { regionCode: null }, { ifMatch: 1 })).status).toBe(422);
    expect((await admin.put(address, { regionCode: null, reason: 'x' })).status).toBe(428);
    expect((await admin.put(address, { regionCode: null, reason: 'x' }, { ifMatch: 1 })).status).toBe(412);
    const unknown = `${organisations}/${randomUUID()}/partner-region`;
    expect((await admin.put(unknown, { regionCode: null, reason: 'x' }, { ifMatch: 1 })).status).toBe(404);
  });
});
