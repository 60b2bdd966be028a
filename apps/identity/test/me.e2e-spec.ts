import { accountClosed } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { demoSecretOf } from '../src/identity.module.js';
import { Links } from '../src/registrations/links.service.js';
import { aRegistration, password } from './identity.factory.js';
import {
  aPerson,
  askForLink,
  askForMail,
  complete,
  firstPassword,
  logInAs,
  mailLink,
  mailsFor,
  newLink,
  notificationToken,
  pressButton,
  type TestPerson,
} from './person.factory.js';
import { RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider();
  console_ = await RelyingParty.of(service, 'console');
});

const me = '/v1/identity/me';
const logsIn = async (mail: string, secret = firstPassword) =>
  (await service.find(LogIn).execute({ mail, password: secret, address: '203.0.113.80' })).kind === 'welcome';

async function portalToken(): Promise<string> {
  const answer = await fetch(`${service.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:write' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Somebody who registered an organisation and is its only administrator. */
async function anAdministrator(): Promise<TestPerson & { organisationId: string }> {
  const form = aRegistration();
  const { body } = await service.anonymous.post('/v1/identity/registrations', form);
  const { id } = body as unknown as { id: string };
  const code = (await service.find(Links).address('registration', id, 1)).split('/').at(-1);
  const verified = await service.anonymous.post(`/v1/identity/registrations/${id}/verify`, { code, password }, { key: false });
  const { accountId, organisationId } = verified.body as unknown as { accountId: string; organisationId: string };
  return { id: accountId, mail: form.contact.mail, organisationId };
}

describe('the own profile', () => {
  const change = (token: string, body: object, version: number | string = 1) =>
    service.with(token).patch(me, body, { headers: { 'if-match': `"${version}"` } });

  it('is changed by its person, with the version that was read', async () => {
    const { mail, id } = await aPerson(service);
    const { access } = await logInAs(console_, { mail });
    const read = await service.with(access).get(me);
    expect([read.headers['etag'], read.body]).toEqual(['"1"', expect.objectContaining({ version: 1 })]);
    const wish = { name: '王 小明 Łukasz', phone: '+49 30 1234567', language: 'zh' };
    const changed = await change(access, wish);
    expect([changed.status, changed.headers['etag'], changed.body]).toEqual([
      200,
      '"2"',
      expect.objectContaining({ version: 2, account: { id, mail, ...wish } }),
    ]);
    expect((await change(access, { name: 'Wang' }, 2)).body).toMatchObject({ account: { ...wish, name: 'Wang' } });
    expect((await change(access, { name: 'Again' }, 2)).status).toBe(412);
    expect((await service.with(access).patch(me, { name: 'Again' })).status).toBe(428);
    const rows = await service.query<{ changes: object }>(
      'SELECT changes FROM audit_entries WHERE aggregate_id = $1 AND aggregate_version = 2',
      [id],
    );
    expect(rows).toEqual([
      { changes: { name: { changed: true }, phone: { changed: true }, language: expect.objectContaining({ after: 'zh' }) } },
    ]);
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: 'x'.repeat(101) }, '/name'],
    [{ name: 'two\nlines' }, '/name'],
    [{ name: 'nul\u0000' }, '/name'],
    [{ phone: '12345678' }, '/phone'],
    [{ language: 'de' }, '/language'],
    [{ mail: 'other@example.org' }, '/mail'],
    [{ name: null }, '/name'],
  ])('refuses %j', async (body, pointer) => {
    const { access } = await logInAs(console_, await aPerson(service));
    const refused = await change(access, body);
    expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('is a person’s: a system has none', async () => {
    const portal = await portalToken();
    expect((await change(portal, { name: 'Portal' })).body.code).toBe('account.person_only');
    expect((await service.with(portal).get(me)).body).toMatchObject({ version: null, account: null });
    expect((await service.anonymous.patch(me, { name: 'Nobody' })).status).toBe(401);
  });
});

describe('closing the own account', () => {
  const close = (token: string, secret = firstPassword) =>
    service.with(token).post(`${me}/close`, { currentPassword: secret }, { key: false });
  const statusOf = async ({ id }: TestPerson) =>
    (await service.query<{ status: string }>('SELECT status FROM accounts WHERE id = $1', [id]))[0]?.status;

  it('ends every login, and nobody logs in to it or recovers it any more', async () => {
    const person = await aPerson(service);
    const [one, two] = [await logInAs(console_, person), await logInAs(console_, person)];
    const recovery = await newLink(service, person);
    await askForMail(service, two.access, `new-${person.mail}`);
    const change = await mailLink(service, person);
    expect((await close(one.access)).status).toBe(204);
    for (const { access, refresh, browser } of [one, two]) {
      expect([await console_.statusOf(access), (await console_.refresh(refresh)).status]).toEqual([401, 400]);
      expect((await console_.begin({}, browser)).page.text).toContain('name="password"');
    }
    expect([await statusOf(person), await logsIn(person.mail)]).toEqual(['closed', false]);
    expect((await complete(service, recovery)).status).toBe(410);
    expect((await pressButton(service, change)).status).toBe(410);
    await askForLink(service, person.mail);
    await service.runJobs();
    expect(await mailsFor(service, person)).toBe(1);
    expect(await service.query('SELECT 1 FROM memberships WHERE account_id = $1', [person.id])).toEqual([]);
    expect((await service.events(accountClosed)).at(-1)).toEqual({ accountId: person.id });
    const contacts = await fetch(`${service.url}/internal/contacts?personId=${person.id}`, {
      headers: { authorization: `Bearer ${await notificationToken(service)}` },
    });
    expect(await contacts.json()).toEqual({ items: [{ mail: person.mail, language: 'en', name: 'Person Example' }] });
  });

  it('needs the present password, which is counted like a login', async () => {
    const strict = await startProvider({ IDENTITY_TRIES: '3' });
    const party = await RelyingParty.of(strict, 'console');
    const person = await aPerson(strict);
    const { access } = await logInAs(party, person);
    const guess = (secret: unknown) => strict.with(access).post(`${me}/close`, { currentPassword: secret }, { key: false });
    expect((await guess(undefined)).body.errors[0]?.pointer).toBe('/currentPassword');
    const wrong = await guess('another guess');
    expect([wrong.status, wrong.body.code, wrong.body.errors[0]?.pointer]).toEqual([422, 'password.wrong', '/currentPassword']);
    expect([(await guess('another guess')).status, (await guess('another guess')).status]).toEqual([422, 422]);
    expect((await guess(firstPassword)).status).toBe(429);
    expect(await strict.query('SELECT status FROM accounts WHERE id = $1', [person.id])).toEqual([{ status: 'active' }]);
  });

  it('is for persons', async () => {
    expect((await close(await portalToken())).body.code).toBe('account.person_only');
    expect((await service.anonymous.post(`${me}/close`, { currentPassword: password })).status).toBe(401);
  });

  it('is refused to the last administrator of an organisation, by its name', async () => {
    const person = await anAdministrator();
    const { access } = await logInAs(console_, person, undefined, password);
    const refused = await close(access, password);
    expect([refused.status, refused.body.code, refused.body['organisationId'], refused.text]).toEqual([
      409,
      'account.last_administrator',
      person.organisationId,
      expect.stringContaining('Liaoning Sample Technology Ltd.'),
    ]);
    expect([await statusOf(person), await console_.statusOf(access)]).toEqual(['active', 200]);
    const colleague = await aPerson(service);
    await service.query('UPDATE memberships SET organisation_id = $2 WHERE account_id = $1', [colleague.id, person.organisationId]);
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE id = $1`, [colleague.id]);
    expect((await close(access, password)).status).toBe(409);
    await service.query(`UPDATE accounts SET status = 'active' WHERE id = $1`, [colleague.id]);
    expect((await close(access, password)).status).toBe(204);
  });

  it('by the last two administrators at once leaves one', async () => {
    // Without `holdOrganisations` both see the other one and both accounts are closed.
    for (let round = 0; round < 3; round += 1) {
      const [person, colleague] = [await anAdministrator(), await aPerson(service)];
      await service.query('UPDATE memberships SET organisation_id = $2 WHERE account_id = $1', [colleague.id, person.organisationId]);
      const [one, two] = [await logInAs(console_, person, undefined, password), await logInAs(console_, colleague)];
      const answers = await Promise.all([close(one.access, password), close(two.access)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    }
  });

  it('keeps the address for 30 days: registering it again gets the usual answer, and no second account', async () => {
    const person = await aPerson(service);
    const { access } = await logInAs(console_, person);
    await close(access);
    const again = async () => {
      const { status, body } = await service.anonymous.post('/v1/identity/registrations', aRegistration({ mail: person.mail }));
      const { id = '' } = body as { id?: string };
      const rows = await service.query<{ purpose: string }>('SELECT purpose FROM registrations WHERE id = $1', [id]);
      return [status, rows[0]?.purpose];
    };
    expect(await again()).toEqual([201, 'already_registered']);
    const { now } = { now: service.clock.now() };
    try {
      service.clock.set(new Date(now.getTime() + 30 * 24 * 3_600_000 - 1_000).toISOString());
      await service.runJobs();
      expect(await statusOf(person)).toBe('closed');
      service.clock.set(new Date(now.getTime() + 30 * 24 * 3_600_000).toISOString());
      await service.runJobs();
    } finally {
      service.clock.set(now.toISOString());
    }
    const [row] = await service.query<object>('SELECT status, mail, mail_key, name, phone, password_hash FROM accounts WHERE id = $1', [
      person.id,
    ]);
    const nobody = `erased:${person.id}`;
    expect(row).toEqual({ status: 'erased', mail: nobody, mail_key: nobody, name: '-', phone: '-', password_hash: '$argon2id$erased' });
    expect(await again()).toEqual([201, 'registration']);
    const contacts = await fetch(`${service.url}/internal/contacts?personId=${person.id}`, {
      headers: { authorization: `Bearer ${await notificationToken(service)}` },
    });
    expect(await contacts.json()).toEqual({ items: [] });
  });
});
