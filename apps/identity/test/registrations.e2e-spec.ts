import { createHash, createHmac } from 'node:crypto';
import { organisationActivated, organisationRegistered, verificationRequested } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { startService, type Caller, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { identity } from '../src/identity.module.js';
import { Registration } from '../src/registrations/registration.entity.js';
import { RegistrationRepository } from '../src/registrations/registration.repository.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aCreditCode, aForeignRegistration, aMail, aRegistration, password } from './identity.factory.js';

const registrations = '/v1/identity/registrations';
let service: TestService;

beforeAll(async () => {
  service = await startService(identity);
});

const register = async (form: object = aRegistration()) =>
  (await service.anonymous.post(registrations, form)).body as { id: string; expiresAt: string };
// Internal routes are in no API document, so requests are handwritten.
const internal = async (path: string, caller?: Caller) =>
  fetch(service.url + path, caller && { headers: { authorization: `Bearer ${await service.token(caller)}` } });
const notification: Caller = { kind: 'service', id: 'notification', roles: ['service'], scopes: ['internal:read'] };
const letterOf = async (id: string) => {
  const answer = await internal(`/internal/verifications/${id}`, notification);
  expect(answer.status).toBe(200);
  return (await answer.json()) as { mail: string; language: string; link: string; purpose: string; expiresAt: string };
};
const linkOf = async (id: string): Promise<string> => (await letterOf(id)).link.replace('http://localhost:3000', service.url);
const codeOf = async (id: string): Promise<string> => (await linkOf(id)).split('/').at(-1) ?? '';
const press = (link: string, chosen = password) => fetch(link, { method: 'POST', body: new URLSearchParams({ password: chosen }) });
const organisationRows = () => service.query<{ n: number }>('SELECT count(*)::int AS n FROM organisations');

describe('registration', () => {
  it('accepts a mainland organisation, which then waits for verification', async () => {
    const form = aRegistration();
    const { status, body, headers } = await service.anonymous.post(registrations, form);
    // Registrations cannot be read, so there is no Location.
    expect([status, headers['location']]).toEqual([201, undefined]);
    expect(body).toEqual({ id: expect.any(String), status: 'pending_verification', expiresAt: '2023-03-03T01:00:00.000Z' });
    const [row] = await service.query(
      `SELECT o.status, o.origin, o.credit_code, o.region_code, o.country FROM organisations o JOIN registrations r ON r.organisation_id = o.id WHERE r.id = $1`,
      [body.id],
    );
    expect(row).toEqual({
      status: 'pending_verification',
      origin: 'mainland',
      credit_code: form.creditCode,
      region_code: '210000',
      country: 'CN',
    });
    const [registered] = (await service.events(organisationRegistered)).slice(-1);
    expect(registered).toEqual({
      organisationId: expect.any(String),
      origin: 'mainland',
      kind: 'innovative_sme',
      regionCode: '210000',
      name: form.name,
      creditCode: form.creditCode,
      registerNumber: null,
    });
    expect((await service.events(verificationRequested)).slice(-1)).toEqual([{ verificationId: body.id, purpose: 'registration' }]);
  });

  it('treats a credit code in lower case as the same code', async () => {
    const creditCode = aCreditCode();
    const { body } = await service.anonymous.post(registrations, aRegistration({ creditCode: creditCode.toLowerCase() }));
    const rows = await service.query(
      'SELECT o.credit_code FROM organisations o JOIN registrations r ON r.organisation_id = o.id WHERE r.id = $1',
      [body.id],
    );
    expect(rows).toEqual([{ credit_code: creditCode }]);
  });

  it('accepts a foreign organisation without a credit code', async () => {
    const { status, body } = await service.anonymous.post(registrations, aForeignRegistration());
    expect(status).toBe(201);
    const [row] = await service.query(
      `SELECT o.origin, o.credit_code, o.country FROM organisations o JOIN registrations r ON r.organisation_id = o.id WHERE r.id = $1`,
      [body.id],
    );
    expect(row).toEqual({ origin: 'foreign', credit_code: null, country: 'DE' });
  });

  it('stores passwords and personal data only in their own tables', async () => {
    const form = aRegistration({ contact: { name: '查无此人', phone: '+86 999 777 55' }, password: 'ein-geheimes-Wort' });
    await register(form);
    const rows = await service.query<{ text: string }>(
      `SELECT event::text AS text FROM outbox UNION ALL SELECT changes::text FROM audit_entries UNION ALL SELECT coalesce(body, '') FROM idempotency_keys`,
    );
    const forms = await service.query<{ text: string }>(
      'SELECT registrations::text AS text FROM registrations UNION ALL SELECT accounts::text FROM accounts',
    );
    const kept = rows.map(({ text }) => text).join('\n');
    for (const secret of ['ein-geheimes-Wort', '查无此人', '+86 999 777 55', form.contact.mail]) expect(kept).not.toContain(secret);
    expect(forms.map(({ text }) => text).join('\n')).not.toContain('ein-geheimes-Wort');
  });

  it.each<[string, object, string, string]>([
    ['a wrong check character', { creditCode: '91350100M000100Y44' }, '/creditCode', 'check_character_wrong'],
    ['no credit code', { creditCode: undefined }, '/creditCode', 'required'],
    ['a credit code that is too short', { creditCode: '9135' }, '/creditCode', 'too_short'],
    ['another register for a mainland organisation', { identifier: { scheme: 'LEI', value: 'X1' } }, '/identifier', 'not_allowed'],
    ['a foreign country for a mainland organisation', { country: 'DE' }, '/country', 'not_allowed'],
    ['an unknown field', { isAdmin: true }, '/isAdmin', 'unknown'],
    ['an unknown field inside', { contact: { ...aRegistration().contact, roles: ['platform_admin'] } }, '/contact/roles', 'unknown'],
    ['no English name', { name: { zh: '只有中文' } }, '/name/en', 'required'],
    ['a name that is too long', { name: { zh: '长'.repeat(201), en: 'long' } }, '/name', 'too_long'],
    ['a region that does not exist', { regionCode: '999999' }, '/regionCode', 'not_allowed'],
    ['no region at all', { regionCode: undefined }, '/regionCode', 'required'],
    ['a kind that does not exist', { kind: 'circus' }, '/kind', 'not_allowed'],
    ['a mail address that is none', { contact: { ...aRegistration().contact, mail: 'nobody' } }, '/contact/mail', 'not_a_mail_address'],
    [
      'a telephone number without country',
      { contact: { ...aRegistration().contact, phone: '024 123' } },
      '/contact/phone',
      'not_a_phone_number',
    ],
    ['a language we do not write', { contact: { ...aRegistration().contact, language: 'fr' } }, '/contact/language', 'not_allowed'],
    ['a short password', { password: 'short' }, '/password', 'too_short'],
    ['a NUL byte', { name: { zh: '零\u0000', en: 'nul' } }, '/name/zh', 'unprintable'],
  ])('refuses %s', async (_what, differences, pointer, code) => {
    const [before] = await organisationRows();
    const { status, body } = await service.anonymous.post(registrations, aRegistration({ ...differences }));
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await organisationRows()).toEqual([before]);
  });

  it.each<[string, object, string, string]>([
    ['a credit code', { creditCode: aCreditCode() }, '/creditCode', 'not_allowed'],
    ['no identifier', { identifier: undefined }, '/identifier', 'required'],
    ['no country', { country: undefined }, '/country', 'required'],
    ['a country that does not exist', { country: 'XX' }, '/country', 'unknown'],
    ['mainland China as country', { country: 'CN' }, '/country', 'not_allowed'],
    ['a region', { regionCode: '210000' }, '/regionCode', 'not_allowed'],
  ])('refuses a foreign organisation with %s', async (_what, differences, pointer, code) => {
    const { status, body } = await service.anonymous.post(registrations, aForeignRegistration({ ...differences }));
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('requires a key, and has one effect per key', async () => {
    const form = aRegistration();
    expect((await service.anonymous.post(registrations, form, { key: false })).body.code).toBe('idempotency.key_required');
    const key = 'registration-key-0001';
    const answers = await Promise.all([1, 2, 3].map(() => service.anonymous.post(registrations, form, { key })));
    expect(new Set(answers.map(answer => JSON.stringify(answer.body))).size).toBe(1);
    expect(await service.query(`SELECT 1 FROM registrations WHERE mail = $1`, [form.contact.mail])).toHaveLength(1);
    const other = await service.anonymous.post(registrations, aRegistration(), { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
  });

  it('is another body for its key with another password, and keeps nothing to guess the password by', async () => {
    const [form, key] = [aRegistration({ password: 'the first password' }), 'registration-key-0002'];
    const first = await service.anonymous.post(registrations, form, { key });
    expect((await service.anonymous.post(registrations, form, { key })).body).toEqual(first.body);
    const other = await service.anonymous.post(registrations, { ...form, password: 'another password' }, { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
    const [kept] = await service.query<{ digest: Buffer }>(`SELECT body_hash AS digest FROM idempotency_keys WHERE key = $1`, [key]);
    const plain = createHash('sha256')
      .update(JSON.stringify([form, null]))
      .digest();
    expect([kept?.digest.length, kept?.digest.equals(plain)]).toEqual([32, false]);
    const keys = await service.query<{ key: Buffer }>(
      `SELECT sealed AS key FROM sealed_secrets UNION ALL SELECT value::bytea FROM platform_secrets`,
    );
    for (const { key: stored } of keys)
      expect(
        kept?.digest.equals(
          createHmac('sha256', stored)
            .update(JSON.stringify([form, null]))
            .digest(),
        ),
      ).toBe(false);
  });

  it('is proven once for its key, and with another password refused', async () => {
    const { id } = await register();
    const [path, body, key] = [`${registrations}/${id}/verify`, { code: await codeOf(id), password }, 'verification-key-0001'];
    const first = await service.anonymous.post(path, body, { key });
    expect(await service.anonymous.post(path, body, { key })).toMatchObject({ status: 200, body: first.body });
    const other = await service.anonymous.post(path, { ...body, password: 'another password' }, { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
  });

  it('answers in the requested language', async () => {
    const { body } = await service.anonymous.post(registrations, aRegistration({ creditCode: '91350100M000100Y44' }), {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(body.detail).toBe('机构标识信息有误或不完整。');
  });
});

describe('the mailed link', () => {
  it('is available to notification only', async () => {
    const { id } = await register();
    const path = `/internal/verifications/${id}`;
    expect((await internal(path)).status).toBe(401);
    expect((await internal(path, { roles: ['platform_admin'] })).status).toBe(403);
    expect((await internal(path, { ...notification, scopes: [] })).status).toBe(403);
    expect((await internal('/internal/verifications/01890a5d-ac96-7b3c-8f11-6b1d2c3e4f50', notification)).status).toBe(404);
  });

  it('has an address, a language and an expiry', async () => {
    const mail = aMail();
    const { id } = await register(aForeignRegistration({ mail: mail.toUpperCase() }));
    const letter = await letterOf(id);
    expect(letter).toEqual({
      mail,
      language: 'en',
      link: expect.stringMatching(/^http:\/\/localhost:3000\/oidc\/registration\//),
      purpose: 'registration',
      expiresAt: '2023-03-03T01:00:00.000Z',
    });
  });

  it('shows a page with a button and changes nothing when a mail scanner opens it', async () => {
    const { id } = await register();
    const link = await linkOf(id);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await fetch(link, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('cache-control')).toBe('no-store');
      if (method === 'GET') {
        const text = await answer.text();
        expect(text).toContain('辽宁示例科技有限公司');
        expect(text).toContain('<button type="submit">确认注册</button>');
        expect(text).not.toContain('<script');
      }
    }
    expect(await service.query(`SELECT status FROM registrations WHERE id = $1`, [id])).toEqual([{ status: 'open' }]);
  });

  it('has the language of the registration', async () => {
    const { id } = await register(aForeignRegistration());
    expect(await (await fetch(await linkOf(id))).text()).toContain('Confirm registration');
  });

  it('activates organisation and administrator, once', async () => {
    const form = aRegistration();
    const { id } = await register(form);
    const link = await linkOf(id);
    const done = await press(link);
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('注册完成')]);
    const [row] = await service.query(
      `SELECT o.status, o.version, a.mail, a.status AS account, m.roles, r.status AS registration
         FROM registrations r JOIN organisations o ON o.id = r.organisation_id JOIN memberships m ON m.organisation_id = o.id JOIN accounts a ON a.id = m.account_id WHERE r.id = $1`,
      [id],
    );
    expect(row).toEqual({
      status: 'active',
      version: 2,
      mail: form.contact.mail,
      account: 'active',
      roles: ['organisation_admin'],
      registration: 'verified',
    });
    expect((await service.events(organisationActivated)).at(-1)).toEqual({
      organisationId: expect.any(String),
      origin: 'mainland',
      kind: 'innovative_sme',
      regionCode: '210000',
      name: expect.any(Object),
      creditCode: expect.any(String),
      registerNumber: null,
    });
    for (const again of [await press(link), await fetch(link)]) {
      expect(again.status).toBe(410);
      expect(await again.text()).toContain('已使用过');
    }
  });

  it('activates once if it is pressed twenty times concurrently', async () => {
    const { id } = await register();
    const link = await linkOf(id);
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await press(link)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 410)]);
  });

  it('works over the API as well', async () => {
    const { id } = await register();
    const code = await codeOf(id);
    const path = `${registrations}/${id}/verify`;
    expect(await service.anonymous.post(path, { code })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
    const done = await service.anonymous.post(path, { code, password });
    expect([done.status, done.body]).toEqual([200, { organisationId: expect.any(String), accountId: expect.any(String) }]);
    const again = await service.anonymous.post(path, { code, password });
    expect([again.status, again.body.code]).toEqual([410, 'verification.used']);
  });

  it('expires 48 hours after it was mailed, by the business clock', async () => {
    service.clock.set('2023-03-05T10:00:00+08:00');
    const { id } = await register();
    const link = await linkOf(id);
    service.clock.set('2023-03-07T09:59:59+08:00');
    expect((await fetch(link)).status).toBe(200);
    service.clock.set('2023-03-07T10:00:00+08:00');
    for (const late of [await fetch(link), await press(link)]) {
      expect(late.status).toBe(410);
      expect(await late.text()).toContain('已过期');
    }
    expect(await service.query(`SELECT status FROM registrations WHERE id = $1`, [id])).toEqual([{ status: 'open' }]);
  });

  it('can be sent again: same id, new expiry, and the old link is invalid', async () => {
    service.clock.set('2023-03-08T10:00:00+08:00');
    const { id } = await register();
    const old = await linkOf(id);
    service.clock.set('2023-03-20T10:00:00+08:00');
    expect((await service.anonymous.post(`${registrations}/${id}/resend`)).status).toBe(204);
    expect((await service.events(verificationRequested)).filter(event => event.verificationId === id)).toHaveLength(2);
    const fresh = await linkOf(id);
    expect(fresh).not.toBe(old);
    expect((await letterOf(id)).expiresAt).toBe('2023-03-22T02:00:00.000Z');
    const dead = await press(old);
    expect([dead.status, await dead.text()]).toEqual([410, expect.stringContaining('最新邮件')]);
    expect((await press(fresh)).status).toBe(200);
    expect((await service.anonymous.post(`${registrations}/${id}/resend`)).status).toBe(204);
    expect((await service.events(verificationRequested)).filter(event => event.verificationId === id)).toHaveLength(2);
  });

  it('can be requested by mail address, without revealing whether it is known', async () => {
    const mail = aMail();
    const { id } = await register(aRegistration({ mail }));
    const old = await linkOf(id);
    const known = await service.anonymous.post(`${registrations}/resend`, { mail: mail.toUpperCase() });
    const unknown = await service.anonymous.post(`${registrations}/resend`, { mail: aMail() });
    await service.runJobs();
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    expect((await press(old)).status).toBe(410);
    expect((await press(await linkOf(id))).status).toBe(200);
  });

  it('is mailed again five times an hour to who knows its id', async () => {
    const { id } = await register();
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1) statuses.push((await service.anonymous.post(`${registrations}/${id}/resend`)).status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429]);
    const refused = await service.anonymous.post(`${registrations}/${id}/resend`);
    expect(refused.body.code).toBe('request.too_many');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3000);
  });

  it('is not used up by strangers, whose every request gets the same answer', async () => {
    const [mail, unknown] = [aMail(), aMail()];
    const { id } = await register(aRegistration({ mail }));
    for (const address of [mail, unknown]) {
      const answers = [];
      for (let time = 0; time < 8; time += 1) answers.push(await service.anonymous.post(`${registrations}/resend`, { mail: address }));
      expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
      expect(answers[0]?.status).toBe(204);
    }
    await service.runJobs();
    // The mailbox got five more, and the newest works.
    expect(await service.query('SELECT links FROM registrations WHERE id = $1', [id])).toEqual([{ links: 6 }]);
    expect((await service.anonymous.post(`${registrations}/${id}/resend`)).status).toBe(204);
    expect(await service.query('SELECT links FROM registrations WHERE id = $1', [id])).toEqual([{ links: 7 }]);
    const again = await service.anonymous.post(registrations, aRegistration({ mail }));
    expect([again.status, (await letterOf(again.body.id)).purpose]).toEqual([201, 'registration']);
    expect((await press(await linkOf(id))).status).toBe(200);
  });

  it('is mailed again for each registration of an address that waits, and for no invitation of an operator', async () => {
    const mail = aMail();
    const ids = [(await register(aRegistration({ mail }))).id, (await register(aRegistration({ mail }))).id];
    const [organisation] = await service.query<{ id: string }>('SELECT organisation_id AS id FROM registrations WHERE id = $1', [ids[0]]);
    const person = { mail, name: 'Lin Yi', phone: '-', language: 'zh' as const };
    const invitation = Registration.invite({ ...person, organisationId: organisation?.id ?? '' }, new Date());
    await service.find(Database).transaction(tx => service.find(RegistrationRepository).in(tx).insert(invitation));
    await service.anonymous.post(`${registrations}/resend`, { mail });
    await service.runJobs();
    const links = await service.query<{ id: string; links: number }>('SELECT id, links FROM registrations WHERE mail = $1', [mail]);
    expect(new Map(links.map(row => [row.id, row.links]))).toEqual(new Map([...ids.map(id => [id, 2] as const), [invitation.id, 1]]));
  });

  it.each([
    ['a foreign code', (link: string) => `${link.slice(0, -4)}AAAA`],
    ['the code of another registration', (link: string, other: string) => link.replace(/[^/]+$/, other)],
    ['another number of the link', (link: string) => link.replace(/\/1\.(?=[^/]+$)/, '/2.')],
    ['no number', (link: string) => link.replace(/\/1\.(?=[^/]+$)/, '/')],
    ['an id that is none', (link: string) => link.replace(/registration\/[^/]+/, 'registration/x')],
  ])('refuses %s', async (_what, forge) => {
    const [mine, others] = [await register(), await register()];
    const answer = await press(forge(await linkOf(mine.id), await codeOf(others.id)));
    expect(answer.status).toBe(404);
    expect(await service.query(`SELECT status FROM registrations WHERE id = $1`, [mine.id])).toEqual([{ status: 'open' }]);
  });
});

describe('the password', () => {
  const attackers = 'the attacker knows this';
  const logsIn = async (mail: string, typed: string) =>
    (await service.find(LogIn).execute({ mail, password: typed, address: '203.0.113.80' })).kind === 'welcome';

  it('is chosen by who holds the mailbox, whatever was sent with the registration', async () => {
    const mail = aMail();
    const { id } = await register(aRegistration({ mail, password: attackers }));
    const link = await linkOf(id);
    for (const nothing of [undefined, new URLSearchParams({ password: '' }), new URLSearchParams({ password: 'short' })]) {
      const refused = await fetch(link, { method: 'POST', ...(nothing && { body: nothing }) });
      expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('name="password"')]);
    }
    const browser = new FetchBrowser();
    expect((await browser.submit(await browser.open(link), '/registration/', { password })).status).toBe(200);
    expect([await logsIn(mail, attackers), await logsIn(mail, password)]).toEqual([false, true]);
  });

  it('is not one that everybody tries, nor the address or the name', async () => {
    const form = aRegistration();
    const { id } = await register(form);
    for (const common of ['Password2024!', form.contact.mail, form.name.en]) {
      const over = await service.anonymous.post(`${registrations}/${id}/verify`, { code: await codeOf(id), password: common });
      expect([over.status, over.body.code]).toEqual([422, 'password.too_common']);
      const page = await press(await linkOf(id), common);
      expect([page.status, await page.text()]).toEqual([422, expect.stringContaining('此密码太常见')]);
    }
    expect((await press(await linkOf(id))).status).toBe(200);
  });

  it('is that of the registration whose link was pressed, not of others that waited', async () => {
    const mail = aMail();
    const { id } = await register(aRegistration({ mail }));
    await register(aRegistration({ mail, password: attackers }));
    expect((await service.anonymous.post(`${registrations}/${id}/verify`, { code: await codeOf(id), password })).status).toBe(200);
    expect([await logsIn(mail, attackers), await logsIn(mail, password)]).toEqual([false, true]);
  });

  it('is asked for beside all that a stranger may have typed', async () => {
    const form = aForeignRegistration({ name: { zh: '假冒 <b>', en: 'False <b>' } });
    const text = await (await fetch(await linkOf((await register(form)).id))).text();
    for (const shown of ['False &lt;b&gt;', `DE LEI ${form.identifier.value}`, '林一']) expect(text).toContain(shown);
  });
});

/** The form of an organisation that is registered and active. */
const active = async () => {
  const form = aRegistration();
  const { id } = await register(form);
  await press(await linkOf(id));
  return form;
};

describe('a repeated registration', () => {
  it.each<[string, (form: ReturnType<typeof aRegistration>) => object]>([
    ['with the same mail address', form => aRegistration({ mail: form.contact.mail })],
    ['with the same mail address in capitals', form => aRegistration({ mail: form.contact.mail.toUpperCase() })],
    ['with the same credit code', form => aRegistration({ creditCode: form.creditCode })],
  ])('%s gets the same answer, no second account, and a different mail', async (_what, again) => {
    const [before] = await organisationRows().then(async () => {
      const form = await active();
      return [{ form, rows: await organisationRows() }];
    });
    const fresh = await service.anonymous.post(registrations, aRegistration());
    const repeated = await service.anonymous.post(registrations, again(before?.form ?? aRegistration()));
    expect(repeated.status).toBe(fresh.status);
    expect(Object.keys(repeated.body)).toEqual(Object.keys(fresh.body));
    expect(repeated.body).toMatchObject({ status: 'pending_verification', expiresAt: fresh.body.expiresAt });
    expect((await letterOf(repeated.body.id)).purpose).toBe('already_registered');
    const page = await fetch(await linkOf(repeated.body.id));
    expect([page.status, await page.text()]).toEqual([409, expect.stringContaining('已有账号')]);
    expect((await press(await linkOf(repeated.body.id))).status).toBe(409);
    expect(await organisationRows()).toEqual([{ n: (before?.rows[0]?.n ?? 0) + 1 }]);
  });

  it('more than twenty times an hour for one address from one network is refused, known or not; elsewhere nothing changes', async () => {
    const known = (await active()).contact.mail;
    for (const mail of [known, aMail()]) {
      const from = (address: string) =>
        service.anonymous.post(registrations, aRegistration({ mail }), { headers: { 'x-forwarded-for': address } });
      const statuses = [];
      for (let time = 0; time < 21; time += 1) statuses.push((await from('203.0.113.7')).status);
      expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 429]);
      expect((await from('198.51.100.7')).status).toBe(201);
    }
  });

  it('before verification is allowed, and the first pressed link wins', async () => {
    const mail = aMail();
    const [one, two] = [await register(aRegistration({ mail })), await register(aRegistration({ mail }))];
    const [first, second] = [await linkOf(one.id), await linkOf(two.id)];
    expect((await press(second)).status).toBe(200);
    expect((await press(first)).status).toBe(409);
    expect(await service.query('SELECT 1 FROM accounts WHERE mail = $1', [mail])).toHaveLength(1);
  });

  it('leads to one account when ten links of one organisation are pressed concurrently', async () => {
    const creditCode = aCreditCode();
    const links = await Promise.all(Array.from({ length: 10 }, async () => linkOf((await register(aRegistration({ creditCode }))).id)));
    const statuses = await Promise.all(links.map(async link => (await press(link)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    expect(await service.query(`SELECT 1 FROM organisations WHERE credit_code = $1 AND status = 'active'`, [creditCode])).toHaveLength(1);
  });

  it('with a foreign identifier that is taken creates no second account either', async () => {
    const form = aForeignRegistration();
    await press(await linkOf((await register(form)).id));
    const again = await register(aForeignRegistration({ identifier: form.identifier }));
    expect((await letterOf(again.id)).purpose).toBe('already_registered');
    const elsewhere = await register(aForeignRegistration({ identifier: form.identifier, country: 'FR' }));
    expect((await letterOf(elsewhere.id)).purpose).toBe('registration');
  });
});

describe('the same person in other bytes', () => {
  const typed = (mark: string) => `Büro-${mark}@Bücher.Example`;

  it.each<[string, (mark: string) => string]>([
    ['small letters', mark => `büro-${mark}@bücher.example`],
    ['decomposed letters', mark => `Bu\u0308ro-${mark}@Bu\u0308cher.Example`],
    ['full width', mark => `Ｂüｒｏ-${mark}@Bücher.Example`],
    ['the A-labels of the domain', mark => `Büro-${mark}@xn--bcher-kva.example`],
  ])('%s has no second account, logs in, and is shown as typed', async (_what, respelt) => {
    const mark = aCreditCode();
    const { id } = await register(aRegistration({ mail: typed(mark) }));
    await press(await linkOf(id));
    const again = await register(aRegistration({ mail: respelt(mark) }));
    expect((await letterOf(again.id)).purpose).toBe('already_registered');
    const entry = await service.find(LogIn).execute({ mail: ` ${respelt(mark)}\u3000`, password, address: '203.0.113.90' });
    expect(entry.kind).toBe('welcome');
    expect((await letterOf(id)).mail).toBe(`büro-${mark.toLowerCase()}@xn--bcher-kva.example`);
    expect(await service.query('SELECT mail FROM accounts WHERE mail = $1', [typed(mark)])).toHaveLength(1);
  });

  it('gets the link that it asks for', async () => {
    const mark = aCreditCode();
    const { id } = await register(aRegistration({ mail: typed(mark) }));
    await service.anonymous.post(`${registrations}/resend`, { mail: `BÜRO-${mark}@xn--bcher-kva.example` });
    await service.runJobs();
    expect(await service.query('SELECT links FROM registrations WHERE id = $1', [id])).toEqual([{ links: 2 }]);
  });

  it.each([
    ['small letters', 'société n° 7é'],
    ['full width', 'ＳＯＣＩÉＴÉ　N° ７É'],
    ['decomposed letters', 'SOCIE\u0301TE\u0301 N° 7E\u0301'],
    ['blanks', ' SOCIÉTÉ  N°7É '],
  ])('an organisation with its number in %s is the same', async (_what, respelt) => {
    const mark = aCreditCode();
    const form = aForeignRegistration({ identifier: { scheme: 'Registre', value: `SOCIÉTÉ N° 7É${mark}` } });
    await press(await linkOf((await register(form)).id));
    const again = await register(aForeignRegistration({ identifier: { scheme: 'REGISTRE ', value: `${respelt}${mark}` } }));
    expect((await letterOf(again.id)).purpose).toBe('already_registered');
  });

  it('an organisation with its credit code in full width is the same', async () => {
    const { creditCode } = await active();
    const wide = [...(creditCode ?? '')].map(sign => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join('');
    expect((await letterOf((await register(aRegistration({ creditCode: wide }))).id)).purpose).toBe('already_registered');
  });
});

describe('unverified registrations', () => {
  it('are deleted 30 days after their last link; verified ones are kept', async () => {
    service.clock.set('2023-04-01T10:00:00+08:00');
    const [kept, lost] = [await register(), await register()];
    await press(await linkOf(kept.id));
    const count = async (id: string) =>
      (await service.query(`SELECT 1 FROM registrations r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`, [id])).length;
    service.clock.set('2023-05-03T09:59:59+08:00');
    await service.runJobs();
    expect([await count(kept.id), await count(lost.id)]).toEqual([1, 1]);
    service.clock.set('2023-05-03T10:00:01+08:00');
    await service.runJobs();
    expect([await count(kept.id), await count(lost.id)]).toEqual([1, 0]);
  });
});
