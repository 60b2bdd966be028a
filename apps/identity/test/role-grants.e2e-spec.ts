import { randomUUID } from 'node:crypto';
import { roleGranted, roleRevoked, seeds, type StaffRole } from '@ciep/contracts';
import { startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';
import type { TestPerson } from './person.factory.js';
import { loginOf } from './relying-party.factory.js';
import { accountOf, aMember, aRoleGrant, callsOf } from './role.factory.js';

const path = '/v1/identity/role-grants';
const liaoning = seeds.partnerOf('210000');
let service: TestService;
let first: string;
let admin: Api;
let second: TestPerson;
let other: Api;

interface Entry {
  readonly action: string;
  readonly actorId: string;
  readonly aggregateVersion: number;
  readonly changes: Record<string, { before: unknown; after: unknown }>;
}

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
  first = await accountOf(service, loginOf('platform_admin'));
  admin = callsOf(service, { id: first }, ['platform_admin']);
  second = await aMember(service, { roles: ['platform_admin'] });
  other = callsOf(service, second, ['platform_admin']);
});
beforeEach(() => service.clock.set('2023-03-01T09:00:00+08:00'));

const wanted = ({ id }: Pick<TestPerson, 'id'>, more: object = {}) => ({
  accountId: id,
  organisationId: seeds.organizer,
  role: 'finance_clerk',
  reason: 'Keeps the books from March on',
  ...more,
});
const grant = async (person: TestPerson, more: object = {}, by = admin) => (await by.post(path, wanted(person, more))).body;
const revoke = (by: Api, { id, version }: { id: string; version: number }, reason = 'No longer on the staff') =>
  by.post(`${path}/${id}/revoke`, { reason }, { ifMatch: version });
const approve = (by: Api, { id, version }: { id: string; version: number }) => by.post(`${path}/${id}/approve`, {}, { ifMatch: version });
const trailOf = async (id: string): Promise<Entry[]> =>
  (await admin.get('/v1/identity/audit-entries', { query: { aggregateId: id, sort: 'at' } })).body.items;

describe('a role that is granted', () => {
  it('is in force at once, and told to the person', async () => {
    const person = await aMember(service);
    const { status, body, headers } = await admin.post(path, wanted(person));
    expect(status).toBe(201);
    expect(headers['etag']).toBe('"1"');
    expect(body).toMatchObject({
      status: 'active',
      isInForce: true,
      accountId: person.id,
      accountName: 'Staff Example',
      organisationId: seeds.organizer,
      role: 'finance_clerk',
      regionCode: null,
      validUntil: null,
      grantedBy: first,
      endedAt: null,
    });
    expect((await admin.get(`${path}/${body.id}`)).body).toEqual(body);
    const told = (await service.events(roleGranted)).filter(({ accountId }) => accountId === person.id);
    expect(told).toEqual([
      {
        roleGrantId: body.id,
        accountId: person.id,
        organisationId: seeds.organizer,
        role: 'finance_clerk',
        regionCode: null,
        validFrom: body.validFrom,
        validUntil: null,
      },
    ]);
  });

  it('can name the person by mail address in any spelling', async () => {
    const person = await aMember(service);
    const { accountId: _none, ...rest } = wanted(person);
    expect((await admin.post(path, { ...rest, mail: person.mail.toUpperCase() })).body).toMatchObject({ accountId: person.id });
  });

  it('is listed by account, organisation, role, state and force', async () => {
    const person = await aMember(service);
    const ended = await grant(person, { role: 'auditor' });
    await revoke(admin, ended);
    const now = await grant(person, { role: 'committee_office' });
    const later = await grant(person, { role: 'block_lead', from: '2023-04-01T00:00:00+08:00' });
    const idsOf = async (query: object) =>
      (await admin.get(path, { query: { accountId: person.id, sort: 'createdAt', ...query } })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await idsOf({})).toEqual([ended.id, now.id, later.id]);
    expect(await idsOf({ status: 'revoked' })).toEqual([ended.id]);
    expect(await idsOf({ inForce: true })).toEqual([now.id]);
    expect(await idsOf({ inForce: false })).toEqual([ended.id, later.id]);
    expect(await idsOf({ role: 'block_lead,auditor' })).toEqual([ended.id, later.id]);
    expect(await idsOf({ organisationId: demoExhibitor })).toEqual([]);
    const { body: page } = await admin.get(path, { query: { accountId: person.id, limit: 2, count: true, inForce: false } });
    service.clock.advance(60);
    expect([page.total, page.items.length, page.nextCursor]).toEqual([2, 2, null]);
    const { body: one } = await admin.get(path, { query: { accountId: person.id, limit: 1, inForce: false } });
    service.clock.advance(60);
    const rest = await admin.get(path, { query: { accountId: person.id, limit: 1, inForce: false, cursor: one.nextCursor } });
    expect(rest.body.items.map(({ id }: { id: string }) => id)).toEqual([ended.id]);
  });

  it('exists once, also for two who grant it at once', async () => {
    const person = await aMember(service);
    // Without the lock of RoleChanges.hold the second would fail with the unique index, as 500.
    const answers = await Promise.all([admin, other].map(by => by.post(path, wanted(person))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const [refused] = answers.filter(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'role_grant.exists', role: 'finance_clerk' });
    const index = service.query(
      `INSERT INTO role_grants (id, version, status, account_id, organisation_id, role, valid_from, reason)
       VALUES (gen_random_uuid(), 1, 'active', $1, $2, 'finance_clerk', now(), 'x')`,
      [person.id, seeds.organizer],
    );
    await expect(index).rejects.toThrow('role_grants_open');
  });

  it('is visible to those who see roles, and to nobody else', async () => {
    const { id } = await grant(await aMember(service));
    for (const role of ['auditor', 'beijing_working_group', 'shenzhen_working_group'] as const)
      expect((await service.as({ roles: [role], organisationId: seeds.organizer }).get(`${path}/${id}`)).status).toBe(200);
    for (const role of ['committee_office', 'finance_clerk', 'organisation_admin', 'province_partner'] as const) {
      const stranger = service.as({ roles: [role], organisationId: seeds.organizer });
      expect([(await stranger.get(path)).status, (await stranger.get(`${path}/${id}`)).status]).toEqual([403, 403]);
    }
    expect((await service.as({ roles: ['auditor'] }).post(path, wanted({ id: first }))).status).toBe(403);
    expect((await admin.get(`${path}/${randomUUID()}`)).status).toBe(404);
  });
});

describe('a role that cannot be granted', () => {
  const faultsOf = async (body: object) => {
    const { status, body: problem } = await admin.post(path, body);
    const errors = (problem.errors ?? []) as { pointer: string; code: string }[];
    return [status, ...errors.map(({ pointer, code }) => `${pointer} ${code}`)];
  };

  it.each(['service', 'individual', 'organisation_admin', 'organisation_member', 'channel_partner', 'king'])('is %s', async role => {
    expect(await faultsOf(wanted({ id: first }, { role }))).toEqual([422, '/role not_allowed']);
  });

  it('has all its faults listed', async () => {
    const { accountId: _none, ...nobody } = wanted({ id: first });
    expect(await faultsOf(nobody)).toEqual([422, '/accountId required']);
    expect(await faultsOf(wanted({ id: first }, { mail: 'x@example.org' }))).toEqual([422, '/accountId required']);
    expect(await faultsOf({ ...nobody, mail: 'nobody@example.org', until: '2023-02-01T00:00:00+08:00' })).toEqual([
      422,
      '/mail unknown',
      '/until not_allowed',
    ]);
    expect(await faultsOf(wanted({ id: randomUUID() }, { organisationId: randomUUID() }))).toEqual([
      422,
      '/accountId unknown',
      '/organisationId unknown',
    ]);
    expect(await faultsOf(wanted({ id: first }, { organisationId: demoExhibitor }))).toEqual([422, '/organisationId not_a_member']);
    expect(await faultsOf(wanted({ id: first }, { regionCode: '210000' }))).toEqual([422, '/regionCode not_allowed']);
    expect(await faultsOf(wanted({ id: first }, { from: '2023-05-02T00:00:00Z', until: '2023-05-01T00:00:00Z' }))).toEqual([
      422,
      '/until not_allowed',
    ]);
    expect(await faultsOf(wanted({ id: first }, { reason: '' }))).toEqual([422, '/reason too_short']);
  });

  it('is that of a province partner outside the partner unit of the region', async () => {
    const partner = await aMember(service, { organisationId: liaoning });
    const role = { role: 'province_partner', organisationId: liaoning };
    expect(await faultsOf(wanted(partner, { ...role, regionCode: '220000' }))).toEqual([422, '/regionCode not_allowed']);
    expect(await grant(partner, role)).toMatchObject({ status: 'active', regionCode: '210000', isInForce: true });
    const exhibitor = await aMember(service, { organisationId: demoExhibitor });
    expect(await faultsOf(wanted(exhibitor, { ...role, organisationId: demoExhibitor }))).toEqual([
      422,
      '/organisationId not_a_partner_unit',
    ]);
  });
});

describe('a granting person', () => {
  const beijing: StaffRole[] = ['beijing_working_group'];

  it('gives only what it holds, where it holds it, and not for longer', async () => {
    const chief = await aMember(service);
    await aRoleGrant(service, { login: chief.mail, role: 'beijing_working_group', until: new Date('2023-06-01T00:00:00+08:00') });
    const calls = callsOf(service, chief, beijing);
    const colleague = await aMember(service);
    const ruleOf = async (more: object) => {
      const { status, body } = await calls.post(path, wanted(colleague, more));
      return [status, body.rule ?? body.status];
    };
    expect(await ruleOf({ role: 'finance_clerk' })).toEqual([403, 'role_held']);
    expect(await ruleOf({ role: 'platform_admin' })).toEqual([403, 'role_held']);
    expect(await ruleOf({ role: 'beijing_working_group', organisationId: liaoning })).toEqual([403, 'own_organisation']);
    expect(await ruleOf({ role: 'beijing_working_group' })).toEqual([403, 'own_end']);
    expect(await ruleOf({ role: 'beijing_working_group', until: '2023-06-02T00:00:00+08:00' })).toEqual([403, 'own_end']);
    expect(await ruleOf({ role: 'beijing_working_group', until: '2023-06-01T00:00:00+08:00' })).toEqual([201, 'active']);
  });

  it('takes away only what it holds', async () => {
    const chief = callsOf(service, await aMember(service, { roles: beijing }), beijing);
    const colleague = await aMember(service);
    const clerk = await grant(colleague);
    const { status, body } = await revoke(chief, clerk);
    expect([status, body.rule]).toEqual([403, 'role_held']);
    const member = await grant(colleague, { role: 'beijing_working_group' });
    expect((await revoke(chief, member)).body).toMatchObject({ status: 'revoked' });
  });

  it('is judged by the roles of this moment, not by those in the token', async () => {
    const former = callsOf(service, await aMember(service), beijing);
    const { status, body } = await former.post(path, wanted(await aMember(service), { role: 'beijing_working_group' }));
    expect([status, body.rule]).toEqual([403, 'role_held']);
  });

  it('is a person', async () => {
    const program = service.as({ kind: 'client', id: 'office', roles: ['beijing_working_group'], organisationId: seeds.organizer });
    const { status, body } = await program.post(path, wanted({ id: first }));
    expect([status, body.code]).toEqual([403, 'account.person_only']);
  });

  it('who loses the role at this moment either granted before, or does not grant', async () => {
    const role = 'beijing_working_group';
    const crossings = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const person = await aMember(service);
        return { person, held: await grant(person, { role }), colleague: await aMember(service) };
      }),
    );
    const entries = ({ id }: { id: string }, by: string) =>
      service.query<{ id: string }>(
        `SELECT id FROM audit_entries WHERE aggregate_type = 'role_grant' AND ${by} = $1 ORDER BY id DESC LIMIT 1`,
        [id],
      );
    await Promise.all(
      crossings.map(async ({ person, held, colleague }) => {
        // Without the lock a grant is written although the revocation was written before it.
        const [given, taken] = await Promise.all([
          callsOf(service, person, beijing).post(path, wanted(colleague, { role })),
          revoke(admin, held),
        ]);
        expect(taken.status).toBe(200);
        const [granted] = await entries(colleague, `changes->'account_id'->>'after'`);
        const [revoked] = await entries(held, 'aggregate_id::text');
        // Ids follow the time.
        expect([given.status, granted && revoked && granted.id < revoked.id]).toEqual(
          given.status === 201 ? [201, true] : [403, undefined],
        );
      }),
    );
  });
});

describe('a platform administrator', () => {
  const propose = async (person: TestPerson) => grant(person, { role: 'platform_admin' });

  it('is proposed by one and approved by another', async () => {
    const person = await aMember(service);
    const proposed = await propose(person);
    expect(proposed).toMatchObject({ status: 'proposed', isInForce: false, startedAt: null });
    expect((await service.events(roleGranted)).filter(({ accountId }) => accountId === person.id)).toEqual([]);
    expect((await admin.post(path, wanted(person, { role: 'platform_admin' }))).body.code).toBe('role_grant.exists');
    expect((await approve(admin, proposed)).body).toMatchObject({ status: 403, code: 'role_grant.four_eyes' });
    expect((await approve(callsOf(service, person, ['platform_admin']), proposed)).body).toMatchObject({
      status: 403,
      rule: 'administrator',
    });
    const group = callsOf(service, await aMember(service, { roles: ['beijing_working_group'] }), ['beijing_working_group']);
    expect((await approve(group, proposed)).body).toMatchObject({ status: 403, rule: 'administrator' });
    expect((await revoke(other, proposed)).body).toMatchObject({ status: 409, code: 'role_grant.wrong_state' });
    const { body: approved } = await approve(other, proposed);
    expect(approved).toMatchObject({ status: 'active', isInForce: true, grantedBy: first, decidedBy: second.id });
    expect((await approve(other, approved)).status).toBe(409);
    expect((await service.events(roleGranted)).filter(({ accountId }) => accountId === person.id)).toHaveLength(1);
    expect((await revoke(other, approved)).status).toBe(200);
  });

  it('does not approve a role of the own, although proposed by another', async () => {
    const person = await aMember(service, { organisationId: liaoning, roles: ['platform_admin'] });
    await service.query(
      `INSERT INTO memberships (id, version, account_id, organisation_id, roles) VALUES (gen_random_uuid(), 1, $1, $2, '{}')`,
      [person.id, seeds.organizer],
    );
    const proposed = await propose(person);
    const own = callsOf(service, person, ['platform_admin'], liaoning);
    expect((await approve(own, proposed)).body).toMatchObject({ status: 403, code: 'role_grant.own' });
    await service.query(`UPDATE role_grants SET status = 'revoked', ended_at = now(), ended_reason = 'x' WHERE account_id = $1`, [
      person.id,
    ]);
  });

  it('is refused by another, or withdrawn by the one who proposed', async () => {
    const person = await aMember(service);
    for (const by of [other, admin]) {
      const { id, version } = await propose(person);
      const { body } = await by.post(`${path}/${id}/refuse`, { reason: 'Not needed' }, { ifMatch: version });
      expect(body).toMatchObject({ status: 'refused', endedReason: 'Not needed', isInForce: false });
      expect((await approve(other, body)).status).toBe(409);
    }
  });

  it('is approved or refused, not both', async () => {
    const proposed = await propose(await aMember(service));
    const refuse = admin.post(`${path}/${proposed.id}/refuse`, { reason: 'Not needed' }, { ifMatch: proposed.version });
    const answers = await Promise.all([approve(other, proposed), refuse]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const { body } = await admin.get(`${path}/${proposed.id}`);
    expect(body).toEqual(answers.find(({ status }) => status === 200)?.body);
    if (body.status === 'active') expect((await revoke(admin, body)).status).toBe(200);
  });

  it('remains: the last one without an end cannot be revoked, also when the last two are revoked at once', async () => {
    const grants = await service.query<{ id: string; version: number; accountId: string }>(
      `SELECT id, version, account_id AS "accountId" FROM role_grants WHERE role = 'platform_admin' AND status = 'active'`,
    );
    expect(grants.map(({ accountId }) => accountId).sort()).toEqual([first, second.id].sort());
    const [one, two] = grants.map(row => ({ ...row, by: row.accountId === first ? other : admin }));
    if (!one || !two) throw new Error('two administrators are needed');
    // Without the lock both find the other one and both are revoked.
    const answers = await Promise.all([revoke(one.by, one), revoke(two.by, two)]);
    // Who lost the role first is no administrator any more and may not revoke; or is the last one.
    expect(answers.map(({ status }) => status).filter(status => status === 200)).toHaveLength(1);
    const left = await service.query<{ id: string; version: number; accountId: string }>(
      `SELECT id, version, account_id AS "accountId" FROM role_grants WHERE role = 'platform_admin' AND status = 'active'`,
    );
    expect(left).toHaveLength(1);
    const [last] = left;
    if (!last) throw new Error('nobody is left');
    const self = last.accountId === first ? admin : other;
    await aRoleGrant(service, {
      login: (await aMember(service)).mail,
      role: 'platform_admin',
      until: new Date('2023-03-02T00:00:00+08:00'),
    });
    expect((await revoke(self, last)).body).toMatchObject({ status: 409, code: 'role_grant.last_administrator' });
    const login = last.accountId === first ? second.mail : loginOf('platform_admin');
    await aRoleGrant(service, { login, role: 'platform_admin' });
  });
});

describe('the time of a role', () => {
  it('begins and ends it, once, although two instances look', async () => {
    const person = await aMember(service);
    const times = { from: '2023-03-10T00:00:00+08:00', until: '2023-03-20T00:00:00+08:00' };
    const { id } = await grant(person, times);
    const seen = async () => {
      await Promise.all([service.runJobs(), service.runJobs()]);
      const { status, isInForce } = (await admin.get(`${path}/${id}`)).body;
      const of = ({ accountId }: { accountId: string }) => accountId === person.id;
      return [
        status,
        isInForce,
        (await service.events(roleGranted)).filter(of).length,
        (await service.events(roleRevoked)).filter(of).length,
      ];
    };
    expect(await seen()).toEqual(['active', false, 0, 0]);
    service.clock.set('2023-03-10T00:00:00+08:00');
    expect(await seen()).toEqual(['active', true, 1, 0]);
    service.clock.set('2023-03-19T23:59:59+08:00');
    expect(await seen()).toEqual(['active', true, 1, 0]);
    service.clock.set('2023-03-20T00:00:00+08:00');
    expect(await seen()).toEqual(['expired', false, 1, 1]);
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ endedBy: null, endedReason: 'Its time is over' });
  });

  it('ends a proposal that nobody approved', async () => {
    const { id } = await grant(await aMember(service), { role: 'platform_admin', until: '2023-03-02T00:00:00+08:00' });
    service.clock.set('2023-03-02T00:00:00+08:00');
    await service.runJobs();
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ status: 'expired', startedAt: null });
  });

  it('ends with the membership, and does not come back with a new one', async () => {
    const person = await aMember(service);
    const { id } = await grant(person);
    await service.query('DELETE FROM memberships WHERE account_id = $1', [person.id]);
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ status: 'active', isInForce: false });
    await service.query(
      `INSERT INTO memberships (id, version, account_id, organisation_id, roles) VALUES (gen_random_uuid(), 1, $1, $2, '{}')`,
      [person.id, seeds.organizer],
    );
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ isInForce: false });
    await service.runJobs();
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ status: 'expired', endedReason: 'The membership has ended' });
    expect((await admin.post(path, wanted(person))).status).toBe(201);
  });
});

describe('the audit trail of roles', () => {
  it('has one entry for each decision, with actor, before and after, and cannot be changed', async () => {
    const person = await aMember(service);
    const proposed = await grant(person, { role: 'platform_admin' });
    const { body: approved } = await approve(other, proposed);
    const { body: revoked } = await revoke(admin, approved);
    const [one, two, three, ...more] = await trailOf(proposed.id);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ action: 'role_grant:write', actorId: first, aggregateVersion: 1 });
    expect(one?.changes).toMatchObject({
      status: { before: null, after: 'proposed' },
      role: { before: null, after: 'platform_admin' },
      reason: { before: null, after: 'Keeps the books from March on' },
    });
    expect(two).toMatchObject({ actorId: second.id, aggregateVersion: 2 });
    expect(two?.changes).toMatchObject({
      status: { before: 'proposed', after: 'active' },
      decided_by: { before: null, after: second.id },
    });
    expect(three).toMatchObject({ actorId: first, aggregateVersion: revoked.version });
    expect(three?.changes).toMatchObject({
      status: { before: 'active', after: 'revoked' },
      ended_by: { before: null, after: first },
      ended_reason: { before: null, after: 'No longer on the staff' },
    });
    const { id: refusable, version } = await grant(person, { role: 'platform_admin' });
    await other.post(`${path}/${refusable}/refuse`, { reason: 'Not again' }, { ifMatch: version });
    const refusal = (await trailOf(refusable)).at(-1);
    expect([refusal?.actorId, refusal?.changes['status']]).toEqual([second.id, { before: 'proposed', after: 'refused' }]);
    const ofTrail = service.running.routes.filter(({ url }) => url.includes('audit'));
    expect(new Set(ofTrail.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
  });

  it('has the job as actor when time ends a role', async () => {
    const { id } = await grant(await aMember(service), { until: '2023-03-02T00:00:00+08:00' });
    service.clock.set('2023-03-02T00:00:00+08:00');
    await service.runJobs();
    expect((await trailOf(id)).at(-1)).toMatchObject({ action: 'CarryOutRoleGrants', actorKind: 'system', actorId: null });
  });

  it('refuses a decision on another version than the present one, or on none', async () => {
    const person = await aMember(service);
    const given = await grant(person);
    expect((await revoke(admin, { ...given, version: 7 })).status).toBe(412);
    expect((await admin.post(`${path}/${given.id}/revoke`, { reason: 'x' })).status).toBe(428);
    expect((await revoke(admin, { id: randomUUID(), version: 1 })).status).toBe(404);
    expect((await revoke(admin, given, '')).status).toBe(422);
  });
});
