import { randomUUID } from 'node:crypto';
import { invitationRequested, memberJoined, seeds } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { startService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { identity } from '../src/identity.module.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aMail } from './identity.factory.js';
import {
  accept,
  aMember,
  aNewcomer,
  anOrganisation,
  by,
  invitationsOf,
  joins,
  linkOf,
  membersOf,
  type TestMember,
} from './members.factory.js';

const morning = '2023-03-01T09:00:00+08:00';
let service: TestService;
let organisationId: string;
let admin: TestMember;

beforeAll(async () => {
  service = await startService(identity, { settings: { IDENTITY_INVITATIONS_PER_HOUR: '40' } });
});
// Each with an organisation of its own, because invitations are counted by organisation.
beforeEach(async () => {
  service.clock.set(morning);
  organisationId = await anOrganisation(service, 'Inviting Works');
  admin = await aMember(service, organisationId, ['organisation_admin'], { name: 'Inviting Person' });
});

const anInvitation = (differences: object = {}) => ({ mail: aMail(), language: 'en', roles: ['organisation_member'], ...differences });
const invite = (differences: object = {}, member = admin) =>
  by(service, member).post(invitationsOf(member.organisationId), anInvitation(differences));
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const one = (id: string) => `${invitationsOf(organisationId)}/${id}`;
const membershipsOf = (mail: string) =>
  service.query<{ organisationId: string; roles: string[] }>(
    `SELECT m.organisation_id AS "organisationId", m.roles FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.mail = $1 ORDER BY m.created_at`,
    [mail],
  );

/** The data of a mail, as notification gets it. */
async function letter(id: string) {
  const token = await service.token({ kind: 'service', roles: ['service'], scopes: ['internal:read'] });
  const answer = await fetch(`${service.url}/internal/verifications/${id}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.status === 200 ? ((await answer.json()) as object) : answer.status;
}

describe('inviting somebody', () => {
  it('mails a link for the normal form of the address, in the chosen language', async () => {
    const mark = randomUUID().slice(0, 8);
    const { status, body, headers } = await invite({ mail: `Office-${mark}@Example.org`, name: 'Colleague', language: 'zh' });
    expect([status, headers['etag']]).toEqual([201, '"1"']);
    expect(body).toMatchObject({
      status: 'pending',
      mail: `Office-${mark}@Example.org`,
      name: 'Colleague',
      roles: ['organisation_member'],
      invitedBy: admin.id,
      expiresAt: '2023-03-08T01:00:00.000Z',
      closedAt: null,
    });
    expect((await service.events(invitationRequested)).at(-1)).toEqual({ invitationId: body.id, organisationId });
    expect(await letter(body.id)).toEqual({
      mail: `office-${mark}@example.org`,
      language: 'zh',
      purpose: 'invitation',
      expiresAt: body.expiresAt,
      link: expect.stringMatching(new RegExp(`/oidc/invitation/${body.id}/1\\.[\\w-]{43}$`)),
    });
  });

  it.each<[string, object, string]>([
    ['an address', { mail: 'nobody' }, '/mail'],
    ['a language', { language: 'fr' }, '/language'],
    ['a role', { roles: [] }, '/roles'],
    ['a role of an organisation', { roles: ['platform_admin'] }, '/roles'],
    ['no more than that', { organisationId: randomUUID() }, '/organisationId'],
  ])('needs %s', async (_what, differences, pointer) => {
    const { status, body } = await invite(differences);
    expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('is for administrators of the organisation', async () => {
    const path = invitationsOf(organisationId);
    const member = await aMember(service, organisationId, ['organisation_member']);
    const stranger = await aMember(service, await anOrganisation(service));
    const { body: invitation } = await invite();
    const calls = (api: ReturnType<typeof by>) =>
      Promise.all([
        api.post(path, anInvitation()),
        api.post(`${path}/bulk`, { items: [anInvitation()] }),
        api.get(path),
        api.get(one(invitation.id)),
        api.post(`${one(invitation.id)}/resend`),
        api.post(`${one(invitation.id)}/revoke`),
      ]);
    const all = (status: number) => Array.from({ length: 6 }, () => status);
    const statuses = async (api: ReturnType<typeof by>) => (await calls(api)).map(answer => answer.status);
    expect(await statuses(by(service, member, 'organisation_member'))).toEqual(all(403));
    expect(await statuses(service.as({ roles: ['platform_admin'], organisationId: seeds.organizer }))).toEqual(all(403));
    expect(await statuses(service.anonymous)).toEqual(all(401));
    expect(await statuses(by(service, stranger))).toEqual(all(404));
    const below = `${invitationsOf(stranger.organisationId)}/${invitation.id}`;
    expect((await by(service, stranger).get(below)).status).toBe(404);
    expect((await by(service, stranger).post(`${below}/revoke`)).status).toBe(404);
    expect((await by(service, admin).get(one(invitation.id))).body).toEqual(invitation);
  });

  it('refuses a member, and an address with an open invitation, in whatever form it is typed', async () => {
    const { mail } = await aMember(service, organisationId, ['organisation_member']);
    expect(codeOf(await invite({ mail: mail.toUpperCase() }))).toEqual([409, 'invitation.already_member']);
    const first = await invite();
    const again = await invite({ mail: (first.body.mail as string).toUpperCase() });
    expect([...codeOf(again), again.body.invitationId]).toEqual([409, 'invitation.already_invited', first.body.id]);
    const elsewhere = await aMember(service, await anOrganisation(service));
    expect((await invite({ mail: first.body.mail }, elsewhere)).status).toBe(201);
    await by(service, admin).post(`${one(first.body.id)}/revoke`);
    expect((await invite({ mail: first.body.mail })).status).toBe(201);
    // Also before the job has closed the expired one.
    service.clock.set('2023-03-08T09:00:00+08:00');
    expect((await invite({ mail: first.body.mail })).status).toBe(201);
  });

  it('in a list gives each a result of its own', async () => {
    const { mail: member } = await aMember(service, organisationId, ['organisation_member']);
    const [known, fresh] = [(await invite()).body, aMail()];
    const items = [fresh, member, known.mail, aMail(), fresh].map(mail => anInvitation({ mail }));
    const { status, body } = await by(service, admin).post(`${invitationsOf(organisationId)}/bulk`, { items });
    expect(status).toBe(200);
    const [first, , , fourth] = body.items as { id: string }[];
    const problem = (code: string, invitationId: string | null) => ({
      code,
      invitationId,
      detail: expect.objectContaining({ zh: expect.any(String) }),
    });
    expect(body.items).toEqual([
      { index: 0, id: expect.any(String), problem: null },
      { index: 1, id: null, problem: problem('invitation.already_member', null) },
      { index: 2, id: null, problem: problem('invitation.already_invited', known.id) },
      { index: 3, id: expect.any(String), problem: null },
      { index: 4, id: null, problem: problem('invitation.already_invited', first?.id ?? '') },
    ]);
    const { body: list } = await by(service, admin).get(invitationsOf(organisationId), { query: { sort: 'createdAt' } });
    expect(list.items.map(({ id }: { id: string }) => id).sort()).toEqual([known.id, first?.id, fourth?.id].sort());
    const bad = await by(service, admin).post(`${invitationsOf(organisationId)}/bulk`, {
      items: [anInvitation(), anInvitation({ mail: 'x' })],
    });
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, '/items/1/mail']);
    const many = Array.from({ length: 101 }, () => anInvitation());
    expect((await by(service, admin).post(`${invitationsOf(organisationId)}/bulk`, { items: many })).status).toBe(422);
  });

  it('is limited per organisation and hour', async () => {
    const items = Array.from({ length: 39 }, () => anInvitation());
    const { body } = await by(service, admin).post(`${invitationsOf(organisationId)}/bulk`, { items });
    expect(body.items.filter(({ problem }: { problem: unknown }) => problem !== null)).toEqual([]);
    const id = body.items[0].id as string;
    expect((await by(service, admin).post(`${one(id)}/resend`)).status).toBe(200);
    const refused = await invite();
    expect([...codeOf(refused), Number(refused.headers['retry-after']) > 3_000]).toEqual([429, 'request.too_many', true]);
    expect((await by(service, admin).post(`${one(id)}/resend`)).status).toBe(429);
    const { body: more } = await by(service, admin).post(`${invitationsOf(organisationId)}/bulk`, { items: [anInvitation()] });
    expect(more.items[0].problem.code).toBe('request.too_many');
    expect((await invite({}, await aMember(service, await anOrganisation(service)))).status).toBe(201);
  });

  it('at the same time, the same address gets one invitation', async () => {
    const mail = aMail();
    const answers = await Promise.all(Array.from({ length: 6 }, () => invite({ mail })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('the invitations of an organisation', () => {
  it('are listed by state; those that nobody accepts expire, and are forgotten after 90 days', async () => {
    const [pending, revoked, accepted] = [(await invite()).body, (await invite()).body, (await invite({ name: 'Li Si' })).body];
    await by(service, admin).post(`${one(revoked.id)}/revoke`);
    const { code } = await linkOf(service, accepted.id);
    expect((await accept(service, accepted.id, { code, ...aNewcomer() })).status).toBe(200);
    const list = async (query: object = {}) => {
      const { body } = await by(service, admin).get(invitationsOf(organisationId), { query: { sort: 'createdAt', ...query } });
      return (body.items as { id: string }[]).map(({ id }) => id);
    };
    expect(await list()).toEqual([pending.id, revoked.id, accepted.id]);
    expect([await list({ status: 'pending' }), await list({ status: 'accepted,revoked' }), await list({ q: 'li si' })]).toEqual([
      [pending.id],
      [revoked.id, accepted.id],
      [accepted.id],
    ]);
    const { body: first } = await by(service, admin).get(invitationsOf(organisationId), { query: { limit: 2 } });
    expect(await list({ limit: 2, sort: '-createdAt', cursor: first.nextCursor })).toEqual([pending.id]);
    service.clock.set('2023-03-08T09:00:00+08:00');
    await service.runJobs();
    expect((await by(service, admin).get(one(pending.id))).body).toMatchObject({ status: 'expired', closedAt: pending.expiresAt });
    expect([await list({ status: 'pending' }), await list({ status: 'expired' })]).toEqual([[], [pending.id]]);
    service.clock.set('2023-05-31T09:00:00+08:00');
    await service.runJobs();
    expect(await list()).toEqual([pending.id]);
    service.clock.set('2023-06-06T09:00:01+08:00');
    await service.runJobs();
    expect(await list()).toEqual([]);
  });

  it('are sent again under the same id: the old link is replaced, and the time begins anew', async () => {
    const { id } = (await invite()).body;
    const old = await linkOf(service, id);
    service.clock.set('2023-03-09T09:00:00+08:00');
    await service.runJobs();
    expect(codeOf(await accept(service, id, { code: old.code }))).toEqual([410, 'invitation.expired']);
    const second = await aMember(service, organisationId);
    const { status, body } = await by(service, second).post(`${one(id)}/resend`);
    expect([status, body]).toMatchObject([
      200,
      { id, status: 'pending', invitedBy: second.id, expiresAt: '2023-03-16T01:00:00.000Z', closedAt: null },
    ]);
    expect(codeOf(await accept(service, id, { code: old.code }))).toEqual([410, 'verification.replaced']);
    expect((await accept(service, id, { code: (await linkOf(service, id)).code, ...aNewcomer() })).status).toBe(200);
    expect(codeOf(await by(service, admin).post(`${one(id)}/resend`))).toEqual([409, 'invitation.already_member']);
    expect(codeOf(await by(service, admin).post(`${one(id)}/revoke`))).toEqual([409, 'invitation.wrong_state']);
    expect((await by(service, admin).post(`${one(id)}/revoke`, undefined, { ifMatch: 1 })).status).toBe(412);
  });

  it('are not sent again to a member, nor beside another open one', async () => {
    const [first, second] = [(await invite()).body, (await invite()).body];
    service.clock.set('2023-03-09T09:00:00+08:00');
    await service.runJobs();
    const open = await invite({ mail: first.mail });
    const refused = await by(service, admin).post(`${one(first.id)}/resend`);
    expect([...codeOf(refused), refused.body.invitationId]).toEqual([409, 'invitation.already_invited', open.body.id]);
    await aMember(service, organisationId, ['organisation_member'], { mail: second.mail });
    expect(codeOf(await by(service, admin).post(`${one(second.id)}/resend`))).toEqual([409, 'invitation.already_member']);
  });

  it('that are taken back are worth nothing, and their mail is not sent', async () => {
    const { id } = (await invite()).body;
    const { code } = await linkOf(service, id);
    const { status, body } = await by(service, admin).post(`${one(id)}/revoke`, undefined, { ifMatch: 1 });
    expect([status, body.status]).toEqual([200, 'revoked']);
    expect(codeOf(await accept(service, id, { code, ...aNewcomer() }))).toEqual([410, 'invitation.revoked']);
    expect(await letter(id)).toBe(404);
    expect(codeOf(await by(service, admin).post(`${one(id)}/resend`))).toEqual([409, 'invitation.wrong_state']);
  });
});

describe('accepting an invitation', () => {
  it('opens an account for a new person, who can log in', async () => {
    const { id, mail } = (await invite({ roles: ['organisation_admin'] })).body;
    const { code } = await linkOf(service, id);
    const missing = await accept(service, id, { code, name: 'New Colleague' });
    expect([...codeOf(missing), missing.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      'invitation.person_missing',
      ['/phone', '/password'],
    ]);
    expect(codeOf(await accept(service, id, { code, ...aNewcomer({ password: 'New Colleague' }) }))).toEqual([422, 'password.too_common']);
    expect(codeOf(await accept(service, id, { code: `${code}x`, ...aNewcomer() }))).toEqual([404, 'verification.not_found']);
    const { status, body } = await accept(service, id, { code, ...aNewcomer() });
    expect([status, body.organisationId]).toEqual([200, organisationId]);
    expect((await service.events(memberJoined)).at(-1)).toEqual({ ...body, roles: ['organisation_admin'] });
    expect((await by(service, admin).get(`${membersOf(organisationId)}/${body.memberId}`)).body).toMatchObject({
      mail,
      name: 'New Colleague',
    });
    const login = await service.find(LogIn).execute({ mail, password: aNewcomer().password, address: '203.0.113.5' });
    expect(login.kind).toBe('welcome');
    expect(codeOf(await accept(service, id, { code, ...aNewcomer() }))).toEqual([410, 'verification.used']);
  });

  it('needs nothing but the link where the address has an account', async () => {
    const member = await aMember(service, await anOrganisation(service));
    const { id } = (await invite({ mail: member.mail })).body;
    const { code } = await linkOf(service, id);
    const { status, body } = await accept(service, id, { code });
    expect([status, body.accountId]).toEqual([200, member.id]);
    expect(await membershipsOf(member.mail)).toEqual([
      { organisationId: member.organisationId, roles: ['organisation_admin'] },
      { organisationId, roles: ['organisation_member'] },
    ]);
  });

  it('is refused to whoever has become a member in another way, or may not log in', async () => {
    const [member, disabled] = [
      await aMember(service, await anOrganisation(service)),
      await aMember(service, await anOrganisation(service)),
    ];
    const invitations = [(await invite({ mail: member.mail })).body, (await invite({ mail: disabled.mail })).body];
    await joins(service, member, organisationId, ['organisation_member']);
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    const answers = await Promise.all(invitations.map(async ({ id }) => accept(service, id, { code: (await linkOf(service, id)).code })));
    expect(answers.map(codeOf)).toEqual([
      [409, 'invitation.already_member'],
      [409, 'invitation.account_disabled'],
    ]);
  });

  it('is refused when the inviter is gone or no administrator any more, until another sends it again', async () => {
    const [gone, demoted] = [await aMember(service, organisationId), await aMember(service, organisationId)];
    const [first, second] = [(await invite({}, gone)).body.id as string, (await invite({}, demoted)).body.id as string];
    await by(service, admin).delete(`${membersOf(organisationId)}/${gone.memberId}`);
    await by(service, admin).patch(`${membersOf(organisationId)}/${demoted.memberId}`, { roles: ['organisation_member'] }, { ifMatch: 1 });
    for (const id of [first, second])
      expect(codeOf(await accept(service, id, { code: (await linkOf(service, id)).code, ...aNewcomer() }))).toEqual([
        410,
        'invitation.inviter_gone',
      ]);
    await by(service, admin).post(`${one(first)}/resend`);
    expect((await accept(service, first, { code: (await linkOf(service, first)).code, ...aNewcomer() })).status).toBe(200);
  });

  it('works for an invitation by a program of the organisation', async () => {
    const program = service.as({ kind: 'client', id: 'their-portal', roles: ['organisation_admin'], organisationId });
    const { body } = await program.post(invitationsOf(organisationId), anInvitation());
    expect(body.invitedBy).toBeNull();
    expect((await accept(service, body.id, { code: (await linkOf(service, body.id)).code, ...aNewcomer() })).status).toBe(200);
  });

  it('is refused while the organisation is not active, as is inviting', async () => {
    const { id } = (await invite()).body;
    await service.query(`UPDATE organisations SET status = 'pending_verification', activated_at = NULL WHERE id = $1`, [organisationId]);
    const refused = [await accept(service, id, { code: (await linkOf(service, id)).code, ...aNewcomer() }), await invite()];
    expect([...refused, await by(service, admin).post(`${one(id)}/resend`)].map(codeOf)).toEqual(
      [0, 1, 2].map(() => [409, 'organisation.not_active']),
    );
  });

  // Without the lock of the row, several would find the invitation pending, and the unique constraint would answer 500.
  it('twenty times at once gives one membership', async () => {
    const { id, mail } = (await invite()).body;
    const { code } = await linkOf(service, id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(service, id, { code, ...aNewcomer() })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 410)]);
    expect(await membershipsOf(mail)).toHaveLength(1);
  });

  // Without the lock of the address, both would open an account for it, and the unique constraint would answer 500.
  it('of two organisations at once gives one account with two memberships', async () => {
    const other = await aMember(service, await anOrganisation(service));
    const mail = aMail();
    const ids = [(await invite({ mail })).body.id as string, (await invite({ mail }, other)).body.id as string];
    const codes = await Promise.all(ids.map(id => linkOf(service, id)));
    let answers: ReturnType<typeof accept>[] = [];
    // Nobody opens an account until both have looked for one.
    await service.find(Database).transaction(async tx => {
      await tx.query('LOCK TABLE accounts IN SHARE MODE');
      answers = ids.map((id, at) => accept(service, id, { code: codes[at]?.code, ...aNewcomer() }));
      await new Promise(resolve => setTimeout(resolve, 300));
    });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await membershipsOf(mail)).toHaveLength(2);
  });

  // Both hold the organisation: one waits for the other, and neither fails.
  it('while its inviter is removed has one outcome', async () => {
    for (let round = 0; round < 4; round += 1) {
      const inviter = await aMember(service, organisationId);
      const { id } = (await invite({}, inviter)).body;
      const { code } = await linkOf(service, id);
      const [accepted, removed] = await Promise.all([
        accept(service, id, { code, ...aNewcomer() }),
        by(service, admin).delete(`${membersOf(organisationId)}/${inviter.memberId}`),
      ]);
      expect([removed.status, [200, 410].includes(accepted.status)]).toEqual([204, true]);
    }
  });

  it('leaves the link in no table and no event', async () => {
    const { id } = (await invite()).body;
    const { code } = await linkOf(service, id);
    await accept(service, id, { code, ...aNewcomer() });
    const rows = await service.query<{ text: string }>(
      `SELECT event::text AS text FROM outbox UNION ALL SELECT changes::text FROM audit_entries UNION ALL SELECT i::text FROM invitations i
       UNION ALL SELECT k::text FROM idempotency_keys k`,
    );
    const secret = code.split('.')[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(rows.filter(({ text }) => text.includes(secret) || text.includes(aNewcomer().password))).toEqual([]);
  });
});

describe('the pages', () => {
  it('change nothing when a mail scanner opens the link', async () => {
    const { id } = (await invite()).body;
    const { url } = await linkOf(service, id);
    for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(url, { method })).status).toBe(200);
    expect((await by(service, admin).get(one(id))).body).toMatchObject({ status: 'pending', version: 1 });
  });

  it('show who invites to what, and open an account by the button, once', async () => {
    const { id, mail } = (await invite({ name: 'Proposed Name' })).body;
    const { url } = await linkOf(service, id);
    const browser = new FetchBrowser('zh');
    const page = await browser.open(url);
    for (const text of ['Inviting Works', 'Inviting Person', mail, 'value="Proposed Name"']) expect(page.text).toContain(text);
    const wrong = await browser.submit(page, '/invitation/', aNewcomer({ phone: '12345', name: 'Somebody <b>' }));
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('telephone number with +')]);
    for (const text of ['value="Somebody &lt;b&gt;"', 'value="12345" aria-invalid="true"']) expect(wrong.text).toContain(text);
    const blank = await browser.submit(page, '/invitation/', aNewcomer({ name: ' ' }));
    expect(blank.status).toBe(422);
    const short = await browser.submit(page, '/invitation/', aNewcomer({ password: 'short' }));
    expect([short.status, short.text]).toEqual([422, expect.stringContaining('10 to 128 characters')]);
    const done = await browser.submit(page, '/invitation/', aNewcomer());
    expect([done.status, done.url, done.text]).toEqual([200, `${url}/done`, expect.stringContaining('member of Inviting Works')]);
    const again = await browser.submit(page, '/invitation/', aNewcomer());
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('used already')]);
    expect(await membershipsOf(mail)).toEqual([{ organisationId, roles: ['organisation_member'] }]);
  });

  it('ask a person with an account for nothing but the button', async () => {
    const member = await aMember(service, await anOrganisation(service));
    const { id } = (await invite({ mail: member.mail })).body;
    const browser = new FetchBrowser('en');
    const page = await browser.open((await linkOf(service, id)).url);
    expect(page.text).toContain('You have an account');
    expect(page.text).not.toContain('<input');
    expect((await browser.submit(page, '/invitation/')).url).toContain('/done');
    expect(await membershipsOf(member.mail)).toHaveLength(2);
  });

  it('say why a link does not work', async () => {
    const [first, second] = [(await invite({ language: 'zh' })).body.id as string, (await invite()).body.id as string];
    const said = async (url: string) => {
      const { status, text } = await new FetchBrowser('en').open(url);
      return [status, /role="alert">([^<]*)/.exec(text)?.[1]];
    };
    const [old, other] = [(await linkOf(service, first)).url, (await linkOf(service, second)).url];
    await by(service, admin).post(`${one(first)}/resend`);
    await by(service, admin).post(`${one(second)}/revoke`);
    expect(await said(old)).toEqual([410, '已发送新的链接，请使用最新邮件中的链接。']);
    expect(await said(other)).toEqual([410, 'This invitation was taken back.']);
    expect(await said(`${other}x`)).toEqual([404, 'This link is not valid.']);
    service.clock.set('2023-03-08T09:00:00+08:00');
    expect(await said((await linkOf(service, first)).url)).toEqual([410, '此邀请已过期，请联系该机构重新发送。']);
    // The page that follows the button leads back as long as nothing was pressed.
    service.clock.set(morning);
    expect((await new FetchBrowser().open(`${(await linkOf(service, first)).url}/done`)).url).not.toContain('/done');
  });
});
