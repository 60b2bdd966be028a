import { randomUUID } from 'node:crypto';
import { grantRevoked, memberChanged, memberJoined, memberRemoved, seeds, type Role } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { startService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logins } from '../src/oidc/logins.service.js';
import { demoExhibitor, identity } from '../src/identity.module.js';
import { aMember, anOrganisation, by, joins, membersOf, type TestMember } from './members.factory.js';
import { aPerson, firstPassword } from './person.factory.js';
import { RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let organisationId: string;
let admin: TestMember;

beforeAll(async () => {
  service = await startService(identity);
  organisationId = await anOrganisation(service);
  admin = await aMember(service, organisationId, ['organisation_admin'], { name: 'Admin One' });
});

const statuses = (answers: readonly { status: number }[]): number[] => answers.map(({ status }) => status).sort((a, b) => a - b);
const rolesOf = async ({ memberId }: TestMember): Promise<Role[] | undefined> =>
  (await service.query<{ roles: Role[] }>('SELECT roles FROM memberships WHERE id = $1', [memberId]))[0]?.roles;

describe('the members of an organisation', () => {
  it('are listed, searched by name and mail address, and filtered by role', async () => {
    const own = await anOrganisation(service);
    const [chief, wang] = [
      await aMember(service, own, ['organisation_admin'], { name: 'Chief Zhang' }),
      await aMember(service, own, ['organisation_member'], { name: 'Wang Er' }),
    ];
    const list = async (query: object = {}) => {
      const { status, body } = await by(service, wang, 'organisation_member').get(membersOf(own), { query: { count: true, ...query } });
      return status === 200 ? (body.items as { name: string }[]).map(({ name }) => name) : [status, body.code];
    };
    expect(await list()).toEqual(['Chief Zhang', 'Wang Er']);
    expect(await list({ sort: '-name' })).toEqual(['Wang Er', 'Chief Zhang']);
    expect([await list({ q: 'chief' }), await list({ q: wang.mail.slice(0, -4) }), await list({ q: '100%' })]).toEqual([
      ['Chief Zhang'],
      ['Wang Er'],
      [],
    ]);
    expect([await list({ role: 'organisation_admin' }), await list({ role: 'organisation_admin,organisation_member' })]).toEqual([
      ['Chief Zhang'],
      ['Chief Zhang', 'Wang Er'],
    ]);
    expect(await list({ role: 'platform_admin' })).toEqual([400, 'query.invalid']);
    const { body: first } = await by(service, chief).get(membersOf(own), { query: { limit: 1, count: true } });
    expect([first.items.length, first.total]).toEqual([1, 2]);
    const { body: second } = await by(service, chief).get(membersOf(own), { query: { limit: 1, cursor: first.nextCursor } });
    expect(second.items).toMatchObject([{ id: wang.memberId, accountId: wang.id, mail: wang.mail, roles: ['organisation_member'] }]);
    expect(second.nextCursor).toBeNull();
  });

  it('are hidden from other organisations, with 404, and readable by staff', async () => {
    const stranger = await aMember(service, await anOrganisation(service));
    const [list, one] = [membersOf(organisationId), `${membersOf(organisationId)}/${admin.memberId}`];
    const theirs = `${membersOf(stranger.organisationId)}/${admin.memberId}`;
    for (const path of [list, one, theirs]) expect([path, (await by(service, stranger).get(path)).status]).toEqual([path, 404]);
    for (const role of ['platform_admin', 'shenzhen_working_group', 'auditor'] as const) {
      const staff = service.as({ roles: [role], organisationId: seeds.organizer });
      expect([(await staff.get(list)).status, (await staff.get(one)).status]).toEqual([200, 200]);
      expect((await staff.get(membersOf(randomUUID()))).status).toBe(404);
      expect((await staff.patch(one, { roles: ['organisation_member'] }, { ifMatch: 1 })).status).toBe(403);
    }
    expect((await service.as({ roles: ['individual'], organisationId }).get(list)).status).toBe(403);
    expect((await service.as({ roles: ['organisation_admin'] }).get(list)).body.code).toBe('organisation.missing');
    expect((await service.anonymous.get(list)).status).toBe(401);
    expect((await by(service, admin).get(`${list}/not-an-id`)).status).toBe(400);
  });

  it('are announced when they join', async () => {
    const { id: accountId, memberId } = await aMember(service, organisationId, ['organisation_member', 'auditor']);
    // Roles of the platform are nobody's business.
    expect((await service.events(memberJoined)).at(-1)).toEqual({ memberId, accountId, organisationId, roles: ['organisation_member'] });
  });
});

describe('the roles of a member', () => {
  const path = ({ memberId }: TestMember) => `${membersOf(organisationId)}/${memberId}`;

  it('are changed by an administrator, with the current version', async () => {
    const member = await aMember(service, organisationId, ['organisation_member']);
    const change = { roles: ['organisation_admin', 'organisation_member'] };
    const changed = await by(service, admin).patch(path(member), change, { ifMatch: 1 });
    expect([changed.status, changed.body.roles, changed.headers['etag']]).toEqual([200, change.roles, '"2"']);
    const { id: accountId, memberId } = member;
    expect((await service.events(memberChanged)).at(-1)).toEqual({ memberId, accountId, organisationId, roles: change.roles });
    expect((await by(service, admin).patch(path(member), change, { ifMatch: 1 })).status).toBe(412);
    expect((await by(service, admin).patch(path(member), change)).status).toBe(428);
  });

  it.each([[[]], [['platform_admin']], [['organisation_admin', 'auditor']], ['organisation_admin']])(
    'are only those of an organisation, and at least one: not %j',
    async roles => {
      const { status, body } = await by(service, admin).patch(path(admin), { roles }, { ifMatch: 1 });
      expect([status, body.code]).toEqual([422, 'body.invalid']);
    },
  );

  it('are not given by members, by strangers, or to strangers', async () => {
    const member = await aMember(service, organisationId, ['organisation_member']);
    const stranger = await aMember(service, await anOrganisation(service));
    const change = { roles: ['organisation_admin'] };
    expect((await by(service, member, 'organisation_member').patch(path(member), change, { ifMatch: 1 })).status).toBe(403);
    expect((await by(service, stranger).patch(path(member), change, { ifMatch: 1 })).status).toBe(404);
    expect((await by(service, admin).patch(path(stranger), change, { ifMatch: 1 })).status).toBe(404);
    expect(await rolesOf(member)).toEqual(['organisation_member']);
  });

  it('of the platform are neither shown nor taken: whoever has one stays', async () => {
    const member = await aMember(service, organisationId, ['platform_admin', 'organisation_member']);
    const { body } = await by(service, admin).patch(path(member), { roles: ['organisation_admin'] }, { ifMatch: 1 });
    expect(body.roles).toEqual(['organisation_admin']);
    expect(await rolesOf(member)).toEqual(['organisation_admin']);
    const removed = await by(service, admin).delete(path(member));
    expect([removed.status, removed.body.code]).toEqual([409, 'member.has_platform_roles']);
  });
});

describe('a member', () => {
  it('is removed by an administrator, and leaves alone, but removes nobody else', async () => {
    const [one, two] = [
      await aMember(service, organisationId, ['organisation_member']),
      await aMember(service, organisationId, ['organisation_member']),
    ];
    const path = ({ memberId }: TestMember) => `${membersOf(organisationId)}/${memberId}`;
    const other = await by(service, one, 'organisation_member').delete(path(two));
    expect([other.status, other.body.code]).toEqual([403, 'member.not_yourself']);
    expect((await by(service, await aMember(service, await anOrganisation(service))).delete(path(two))).status).toBe(404);
    expect((await by(service, admin).delete(path(two), { ifMatch: 9 })).status).toBe(412);
    expect((await by(service, admin).delete(path(two), { ifMatch: 1 })).status).toBe(204);
    expect((await by(service, admin).delete(path(two))).status).toBe(404);
    expect((await by(service, one, 'organisation_member').delete(path(one))).status).toBe(204);
    const { id: accountId, memberId } = one;
    expect((await service.events(memberRemoved)).at(-1)).toEqual({ memberId, accountId, organisationId, roles: ['organisation_member'] });
    expect(await service.query('SELECT 1 FROM accounts WHERE id = $1', [one.id])).toHaveLength(1);
  });

  it('who is the last administrator neither goes nor gives up the role', async () => {
    const last = await aMember(service, await anOrganisation(service));
    const disabled = await aMember(service, last.organisationId);
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    const path = `${membersOf(last.organisationId)}/${last.memberId}`;
    const answers = [
      await by(service, last).delete(path),
      await by(service, last).patch(path, { roles: ['organisation_member'] }, { ifMatch: 1 }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([0, 1].map(() => [409, 'member.last_administrator']));
    expect((await by(service, last).patch(path, { roles: ['organisation_admin', 'organisation_member'] }, { ifMatch: 1 })).status).toBe(
      200,
    );
  });

  // Without the lock on the organisation each sees the other as the one who stays, and both get 204 or 200 in most rounds.
  it.each(['leave', 'give up the role'])('who is one of two administrators stays when both %s at once', async what => {
    for (let round = 0; round < 5; round += 1) {
      const own = await anOrganisation(service);
      const both = [await aMember(service, own), await aMember(service, own)];
      const answers = await Promise.all(
        both.map(member => {
          const path = `${membersOf(own)}/${member.memberId}`;
          return what === 'leave'
            ? by(service, member).delete(path)
            : by(service, member).patch(path, { roles: ['organisation_member'] }, { ifMatch: 1 });
        }),
      );
      expect(statuses(answers)).toEqual([what === 'leave' ? 204 : 200, 409]);
    }
  });
});

describe('the logins of a member', () => {
  let provider: TestService;
  let console_: RelyingParty;

  beforeAll(async () => {
    provider = await startProvider();
    console_ = await RelyingParty.of(provider, 'console');
  });

  /** A person of the demo exhibitor, with her membership there. */
  async function person(): Promise<TestMember> {
    const { id, mail } = await aPerson(provider);
    const [row] = await provider.query<{ id: string }>('SELECT id FROM memberships WHERE account_id = $1', [id]);
    return { id, mail, organisationId: demoExhibitor, memberId: row?.id ?? '' };
  }
  async function session({ mail }: TestMember) {
    const flow = await console_.begin();
    const { access_token: access, refresh_token: refresh = '' } = await console_.redeem(
      await console_.pass(flow.browser, flow.page, mail, firstPassword),
      flow,
    );
    return { access, refresh };
  }
  const works = async ({ access, refresh }: { access: string; refresh: string }) => [
    await console_.statusOf(access),
    (await console_.refresh(refresh)).status,
  ];
  const path = ({ memberId }: TestMember) => `${membersOf(demoExhibitor)}/${memberId}`;

  it('for the organisation end at once when the person is removed, and nobody else is logged out', async () => {
    const [chief, gone] = [await person(), await person()];
    const [boss, mine] = [await session(chief), await session(gone)];
    const before = (await provider.events(grantRevoked)).length;
    expect((await provider.with(boss.access).delete(path(gone))).status).toBe(204);
    expect(await works(mine)).toEqual([401, 400]);
    expect(await provider.events(grantRevoked)).toHaveLength(before + 1);
    expect(await works(boss)).toEqual([200, 200]);
    const rows = await provider.query(`SELECT kind FROM oidc_payloads WHERE account_id = $1 AND kind <> 'Session'`, [gone.id]);
    expect(rows.map(({ kind }) => kind).filter(kind => kind !== 'Interaction')).toEqual([]);
  });

  it('end when the person leaves, also the one that is used for it', async () => {
    const gone = await person();
    const mine = await session(gone);
    expect((await provider.with(mine.access).delete(path(gone))).status).toBe(204);
    expect(await works(mine)).toEqual([401, 400]);
  });

  it('end when the person loses a role, and go on when one is added', async () => {
    const [chief, member] = [await person(), await person()];
    const [boss, mine] = [await session(chief), await session(member)];
    const change = (roles: string[], ifMatch: number) => provider.with(boss.access).patch(path(member), { roles }, { ifMatch });
    expect((await change(['organisation_admin', 'organisation_member'], 1)).status).toBe(200);
    expect(await console_.statusOf(mine.access)).toBe(200);
    expect((await change(['organisation_member'], 2)).status).toBe(200);
    expect(await works(mine)).toEqual([401, 400]);
    const { body: me } = await provider.with((await session(member)).access).get('/v1/identity/me');
    expect(me.roles).toEqual(['organisation_member']);
  });

  it('that are under way end, too: the code is worth nothing', async () => {
    const [chief, gone] = [await person(), await person()];
    const flow = await console_.begin();
    const shown = await console_.pass(flow.browser, flow.page, gone.mail, firstPassword);
    expect((await provider.with((await session(chief)).access).delete(path(gone))).status).toBe(204);
    await expect(console_.redeem(shown, flow)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('for another organisation go on', async () => {
    const member = await person();
    const elsewhere = await anOrganisation(provider);
    const mine = await session(member);
    await joins(provider, member, elsewhere, ['organisation_member']);
    await provider.find(Database).transaction(tx => provider.find(Logins).endFor(member.id, elsewhere, tx));
    expect(await works(mine)).toEqual([200, 200]);
  });
});
