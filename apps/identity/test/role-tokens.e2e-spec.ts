import { grantRevoked, seeds, type StaffRole } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { InviteAdministrator } from '../src/registrations/invite-administrator.use-case.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';
import { aMember } from './role.factory.js';

const path = '/v1/identity/role-grants';
const clients = '/v1/identity/clients';
let service: TestService;
let party: RelyingParty;
let adminToken: string;

beforeAll(async () => {
  service = await startProvider();
  party = await RelyingParty.of(service, 'console');
  adminToken = (await party.logIn(loginOf('platform_admin'))).access;
});

const admin = () => service.with(adminToken);
const grant = async (accountId: string, role: StaffRole, more: object = {}) =>
  (await admin().post(path, { accountId, organisationId: seeds.organizer, role, reason: 'for the conference', ...more })).body as {
    id: string;
    version: number;
  };
const rolesIn = (token: string) => decodeJwt(token)['roles'];
/** A new token by the session that the browser has, without a page. */
const silently = async (login: string, browser: FetchBrowser) => (await party.logIn(login, { prompt: 'none' }, browser)).access;

describe('a changed role', () => {
  it('ends the tokens of that moment, and the session gives new ones without a page', async () => {
    const person = await aMember(service);
    const { access, refresh, browser } = await party.logIn(person.mail);
    expect(rolesIn(access)).toEqual([]);
    expect((await service.with(access).get(clients)).status).toBe(403);
    const given = await grant(person.id, 'auditor');
    expect((await service.with(access).get(clients)).body).toMatchObject({ status: 401, code: 'token.revoked' });
    expect((await party.refresh(refresh)).status).toBe(400);
    const token = await silently(person.mail, browser);
    expect(rolesIn(token)).toEqual(['auditor']);
    expect((await service.with(token).get(clients)).status).toBe(200);

    const before = (await service.events(grantRevoked)).length;
    await admin().post(`${path}/${given.id}/revoke`, { reason: 'over' }, { ifMatch: given.version });
    expect((await service.with(token).get(clients)).status).toBe(401);
    expect(rolesIn(await silently(person.mail, browser))).toEqual([]);
    expect((await service.events(grantRevoked)).length).toBe(before + 1);
    const left = await service.query(`SELECT 1 FROM oidc_payloads WHERE account_id = $1 AND kind = 'RefreshToken'`, [person.id]);
    expect(left.length).toBeLessThanOrEqual(2);
  });

  it('by time works in the same way', async () => {
    const person = await aMember(service);
    const { access, browser } = await party.logIn(person.mail);
    const at = (minutes: number) => new Date(service.clock.now().getTime() + minutes * 60_000).toISOString();
    await grant(person.id, 'auditor', { from: at(60), until: at(120) });
    expect(await party.statusOf(access)).toBe(200);
    service.clock.advance(3_600);
    await service.runJobs();
    expect(await party.statusOf(access)).toBe(401);
    const during = await silently(person.mail, browser);
    expect(rolesIn(during)).toEqual(['auditor']);
    service.clock.advance(3_600);
    // A new token has the role no more even if the job is late.
    expect(rolesIn(await silently(person.mail, browser))).toEqual([]);
    await service.runJobs();
    expect(await party.statusOf(during)).toBe(401);
    expect(rolesIn(await silently(person.mail, browser))).toEqual([]);
  });

  it('adds to the roles of the membership, and ends no login for another organisation', async () => {
    const person = await aMember(service);
    await service.query(`UPDATE memberships SET roles = '{organisation_admin}' WHERE account_id = $1`, [person.id]);
    const elsewhere = await party.logIn(person.mail);
    await service.query(`UPDATE oidc_payloads SET organisation_id = $2 WHERE kind = 'Grant' AND account_id = $1`, [
      person.id,
      seeds.partnerOf('210000'),
    ]);
    await grant(person.id, 'finance_clerk');
    expect(await party.statusOf(elsewhere.access)).toBe(200);
    const { access } = await party.logIn(person.mail);
    expect(rolesIn(access)).toEqual(['finance_clerk', 'organisation_admin']);
    expect((await service.with(access).get('/v1/identity/me')).body.roles).toEqual(['finance_clerk', 'organisation_admin']);
  });

  it('of a province partner gives the region of the unit', async () => {
    const unit = seeds.partnerOf('210000');
    const person = await aMember(service, { organisationId: unit });
    await grant(person.id, 'province_partner', { organisationId: unit });
    const { access } = await party.logIn(person.mail);
    expect(decodeJwt(access)).toMatchObject({ organisation: unit, region: '210000', roles: ['province_partner'] });
  });

  it('is also one that an operator gives, in place of a proposed one', async () => {
    const person = await aMember(service);
    const proposed = await grant(person.id, 'platform_admin');
    const { access, browser } = await party.logIn(person.mail);
    const invited = { mail: person.mail, name: 'x', phone: '-', language: 'en', creditCode: undefined, force: true } as const;
    const appoint = () => service.find(Database).transaction(tx => service.find(InviteAdministrator).execute(invited, tx));
    expect(await appoint()).toEqual({ kind: 'appointed' });
    expect(await party.statusOf(access)).toBe(401);
    expect(rolesIn(await silently(person.mail, browser))).toEqual(['platform_admin']);
    expect((await admin().get(`${path}/${proposed.id}`)).body.status).toBe('expired');
    await appoint();
    const { items } = (await admin().get(path, { query: { accountId: person.id, inForce: true } })).body as { items: unknown[] };
    expect(items).toEqual([expect.objectContaining({ role: 'platform_admin', grantedBy: null, validUntil: null })]);
  });
});
