import { staffRoles } from '@ciep/contracts';
import { Aggregate } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { checkGranter, checkHolder, grantFaults, type Granter, type HeldRole } from './grant.rules.js';
import { RoleGrant, type NewRoleGrant } from './role-grant.entity.js';

const at = new Date('2023-03-01T09:00:00+08:00');
const hours = (count: number) => new Date(at.getTime() + count * 3_600_000);
const organisationId = '01860000-0000-7000-8000-0000000000a1';
const first = '01860000-0000-7000-8000-000000000001';
const second = '01860000-0000-7000-8000-000000000002';
const person = '01860000-0000-7000-8000-000000000003';

const given = (differences: Partial<NewRoleGrant> = {}): RoleGrant =>
  RoleGrant.give(
    { accountId: person, organisationId, role: 'auditor', regionCode: null, reason: 'audits', grantedBy: first, ...differences },
    at,
  );
const proposed = (differences: Partial<NewRoleGrant> = {}) => given({ role: 'platform_admin', ...differences });
const told = (grant: RoleGrant) => Aggregate.takeEvents(grant).map(({ type }) => type.split('.').at(-2));

describe(RoleGrant.name, () => {
  it('begins at once, or when its time comes', () => {
    const grant = given();
    expect([grant.status, grant.startedAt, told(grant)]).toEqual(['active', at, ['granted']]);
    const past = given({ from: hours(-5) });
    expect([past.validFrom, past.startedAt]).toEqual([at, at]);
    const later = given({ from: hours(1), until: hours(2) });
    later.carryOut({ isMember: true }, hours(0.5));
    expect([later.startedAt, told(later)]).toEqual([null, []]);
    later.carryOut({ isMember: true }, hours(1));
    later.carryOut({ isMember: true }, hours(1.5));
    expect([later.status, later.startedAt, told(later)]).toEqual(['active', hours(1), ['granted']]);
    later.carryOut({ isMember: true }, hours(2));
    expect([later.status, later.endedAt, told(later)]).toEqual(['expired', hours(2), ['revoked']]);
  });

  it('that never began tells nobody of its end', () => {
    const later = given({ from: hours(1) });
    later.revoke({ by: second, reason: 'mistake' }, at);
    expect([later.status, told(later)]).toEqual(['revoked', []]);
    const open = proposed();
    open.carryOut({ isMember: false }, at);
    expect([open.status, told(open)]).toEqual(['expired', []]);
  });

  it.each(staffRoles)('needs a second administrator only for that role: %s', role => {
    expect(given({ role }).status).toBe(role === 'platform_admin' ? 'proposed' : 'active');
    expect(RoleGrant.appoint({ accountId: person, organisationId, role, regionCode: null, reason: 'first' }, at).status).toBe('active');
  });

  it('is approved by another person than the one who proposed it and the one who gets it', () => {
    const grant = proposed();
    expect(() => grant.approve(first, at)).toThrow('role_grant.four_eyes');
    expect(() => grant.approve(person, at)).toThrow('role_grant.own');
    grant.approve(second, hours(1));
    expect([grant.status, grant.startedAt, grant.decidedBy, told(grant)]).toEqual(['active', hours(1), second, ['granted']]);
  });

  it('that is approved too late ends at once', () => {
    const grant = proposed({ until: hours(1) });
    grant.approve(second, hours(1));
    expect([grant.status, grant.startedAt, told(grant)]).toEqual(['expired', null, []]);
  });

  it('cannot be decided twice', () => {
    const refused = proposed();
    refused.refuse({ by: first, reason: 'no' }, at);
    expect(() => refused.approve(second, at)).toThrow('role_grant.wrong_state');
    const revoked = given();
    revoked.revoke({ by: first, reason: 'over' }, at);
    expect(() => revoked.revoke({ by: first, reason: 'over' }, at)).toThrow('role_grant.wrong_state');
    expect(() => proposed().revoke({ by: second, reason: 'no' }, at)).toThrow('role_grant.wrong_state');
  });
});

describe('who may grant', () => {
  const granter = (...held: Partial<HeldRole>[]): Granter => ({
    accountId: first,
    organisationId,
    held: held.map((role): HeldRole => ({ role: 'province_partner', regionCode: '210000', validUntil: null, ...role })),
  });
  const wanted = { role: 'province_partner', organisationId, regionCode: '210000' } as const;

  it('is a platform administrator for every role, everywhere', () => {
    const administrator = granter({ role: 'platform_admin', regionCode: null, validUntil: hours(1) });
    for (const role of staffRoles) expect(() => checkGranter(administrator, { ...wanted, role, organisationId: person })).not.toThrow();
  });

  it('is everybody else for the own role, organisation, region and time', () => {
    const until = hours(10);
    const partner = granter({ validUntil: until });
    const refusal = (differences: object) => () => checkGranter(partner, { ...wanted, until, ...differences });
    expect(refusal({})).not.toThrow();
    expect(refusal({ role: 'auditor' })).toThrow('without holding it');
    expect(refusal({ organisationId: person })).toThrow('own organisation');
    expect(refusal({ regionCode: '220000' })).toThrow('another region');
    expect(refusal({ until: hours(11) })).toThrow('longer');
    expect(refusal({ until: undefined })).toThrow('longer');
    expect(() => checkGranter(granter({}), wanted)).not.toThrow();
    expect(() => checkHolder(partner, wanted)).not.toThrow();
    expect(() => checkHolder(granter({}), { ...wanted, role: 'auditor' })).toThrow('without holding it');
  });
});

describe('the data of a grant', () => {
  const unit = { partnerRegion: '210000', isMember: true };
  const codes = (data: Partial<Parameters<typeof grantFaults>[0]>, place: Parameters<typeof grantFaults>[1] = unit) =>
    grantFaults({ role: 'province_partner', ...data }, place, at).map(({ pointer, code }) => `${pointer} ${code}`);

  it('name a member of an active organisation, and a partner unit with its region', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ regionCode: '210000', until: hours(1) })).toEqual([]);
    expect(grantFaults({ role: 'auditor' }, undefined, at).map(({ code }) => code)).toEqual(['unknown']);
    expect(codes({}, { ...unit, isMember: false })).toEqual(['/organisationId not_a_member']);
    expect(codes({}, { ...unit, partnerRegion: null })).toEqual(['/organisationId not_a_partner_unit']);
    expect(codes({ regionCode: '220000' })).toEqual(['/regionCode not_allowed']);
    expect(codes({ role: 'auditor', regionCode: '210000' })).toEqual(['/regionCode not_allowed']);
  });

  it('have an end after now and after the begin', () => {
    expect(codes({ until: at })).toEqual(['/until not_allowed']);
    expect(codes({ from: hours(2), until: hours(2) })).toEqual(['/until not_allowed']);
    expect(codes({ from: hours(2), until: hours(3) })).toEqual([]);
  });
});
