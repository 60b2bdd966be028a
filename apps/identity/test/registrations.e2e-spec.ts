import { organisationActivated, organisationRegistered, verificationRequested } from '@ciep/contracts';
import { startService, type Caller, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { identity } from '../src/identity.module.js';
import { aCreditCode, aForeignRegistration, aMail, aRegistration } from './identity.factory.js';

const registrations = '/v1/identity/registrations';
let service: TestService;

beforeAll(async () => {
  service = await startService(identity);
});

const register = async (form: object = aRegistration()) =>
  (await service.anonymous.post(registrations, form)).body as { id: string; expiresAt: string };
// Internal routes are in no API document, so they are called by hand.
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
const press = (link: string) => fetch(link, { method: 'POST' });
const organisationRows = () => service.query<{ n: number }>('SELECT count(*)::int AS n FROM organisations');

describe('registration', () => {
  it('takes a mainland organisation, which then waits for its proof', async () => {
    const form = aRegistration();
    const { status, body, headers } = await service.anonymous.post(registrations, form);
    // Nobody can ask for a registration: it has no Location.
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
    const [registered] = (await service.facts(organisationRegistered)).slice(-1);
    expect(registered).toEqual({ organisationId: expect.any(String), origin: 'mainland', kind: 'innovative_sme', regionCode: '210000' });
    expect((await service.facts(verificationRequested)).slice(-1)).toEqual([{ verificationId: body.id, purpose: 'registration' }]);
  });

  it('takes a credit code in small letters for the same code', async () => {
    const creditCode = aCreditCode();
    const { body } = await service.anonymous.post(registrations, aRegistration({ creditCode: creditCode.toLowerCase() }));
    const rows = await service.query(
      'SELECT o.credit_code FROM organisations o JOIN registrations r ON r.organisation_id = o.id WHERE r.id = $1',
      [body.id],
    );
    expect(rows).toEqual([{ credit_code: creditCode }]);
  });

  it('takes a foreign organisation without a credit code', async () => {
    const { status, body } = await service.anonymous.post(registrations, aForeignRegistration());
    expect(status).toBe(201);
    const [row] = await service.query(
      `SELECT o.origin, o.credit_code, o.country FROM organisations o JOIN registrations r ON r.organisation_id = o.id WHERE r.id = $1`,
      [body.id],
    );
    expect(row).toEqual({ origin: 'foreign', credit_code: null, country: 'DE' });
  });

  it('keeps neither password nor personal data where they do not belong', async () => {
    const form = aRegistration({ contact: { name: '查无此人', phone: '+86 999 777 55' }, password: 'ein-geheimes-Wort' });
    await register(form);
    const rows = await service.query<{ text: string }>(
      `SELECT event::text AS text FROM outbox UNION ALL SELECT changes::text FROM audit_entries UNION ALL SELECT coalesce(body, '') FROM idempotency_keys
       UNION ALL SELECT registrations.password_hash FROM registrations`,
    );
    const kept = rows.map(({ text }) => text).join('\n');
    for (const secret of ['ein-geheimes-Wort', '查无此人', '+86 999 777 55', form.contact.mail]) expect(kept).not.toContain(secret);
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

  it('needs a key, and has one effect for one key', async () => {
    const form = aRegistration();
    expect((await service.anonymous.post(registrations, form, { key: false })).body.code).toBe('idempotency.key_required');
    const key = 'registration-key-0001';
    const answers = await Promise.all([1, 2, 3].map(() => service.anonymous.post(registrations, form, { key })));
    expect(new Set(answers.map(answer => JSON.stringify(answer.body))).size).toBe(1);
    expect(await service.query(`SELECT 1 FROM registrations WHERE mail = $1`, [form.contact.mail])).toHaveLength(1);
    const other = await service.anonymous.post(registrations, aRegistration(), { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
  });

  it('keeps not even a digest from which a password could be guessed', async () => {
    const [form, key] = [aRegistration(), 'registration-key-0002'];
    await service.anonymous.post(registrations, form, { key });
    const digest = async () =>
      (await service.query<{ hash: string }>(`SELECT encode(body_hash, 'hex') AS hash FROM idempotency_keys WHERE key = $1`, [key]))[0]
        ?.hash;
    const before = await digest();
    await service.query('DELETE FROM idempotency_keys WHERE key = $1', [key]);
    await service.anonymous.post(registrations, { ...form, password: 'another password' }, { key });
    expect(await digest()).toBe(before);
  });

  it('answers in the language asked for', async () => {
    const { body } = await service.anonymous.post(registrations, aRegistration({ creditCode: '91350100M000100Y44' }), {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(body.detail).toBe('机构标识信息有误或不完整。');
  });
});

describe('the mailed link', () => {
  it('is told to notification only', async () => {
    const { id } = await register();
    const path = `/internal/verifications/${id}`;
    expect((await internal(path)).status).toBe(401);
    expect((await internal(path, { roles: ['platform_admin'] })).status).toBe(403);
    expect((await internal(path, { ...notification, scopes: [] })).status).toBe(403);
    expect((await internal('/internal/verifications/01890a5d-ac96-7b3c-8f11-6b1d2c3e4f50', notification)).status).toBe(404);
  });

  it('comes with address, language and end', async () => {
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

  it('speaks the language of the registration', async () => {
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
      `SELECT o.status, o.version, a.mail, a.status AS account, m.roles, r.status AS registration, r.password_hash
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
      password_hash: null,
    });
    expect((await service.facts(organisationActivated)).at(-1)).toEqual({
      organisationId: expect.any(String),
      origin: 'mainland',
      kind: 'innovative_sme',
      regionCode: '210000',
    });
    for (const again of [await press(link), await fetch(link)]) {
      expect(again.status).toBe(410);
      expect(await again.text()).toContain('已使用过');
    }
  });

  it('activates once when it is pressed twenty times at once', async () => {
    const { id } = await register();
    const link = await linkOf(id);
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await press(link)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 410)]);
  });

  it('works over the API as well', async () => {
    const { id } = await register();
    const code = await codeOf(id);
    const path = `${registrations}/${id}/verify`;
    const done = await service.anonymous.post(path, { code });
    expect([done.status, done.body]).toEqual([200, { organisationId: expect.any(String), accountId: expect.any(String) }]);
    const again = await service.anonymous.post(path, { code });
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

  it('can be sent again: same id, new term, and the old link is dead', async () => {
    service.clock.set('2023-03-08T10:00:00+08:00');
    const { id } = await register();
    const old = await linkOf(id);
    service.clock.set('2023-03-20T10:00:00+08:00');
    expect((await service.anonymous.post(`${registrations}/${id}/resend`)).status).toBe(204);
    expect((await service.facts(verificationRequested)).filter(fact => fact.verificationId === id)).toHaveLength(2);
    const fresh = await linkOf(id);
    expect(fresh).not.toBe(old);
    expect((await letterOf(id)).expiresAt).toBe('2023-03-22T02:00:00.000Z');
    const dead = await press(old);
    expect([dead.status, await dead.text()]).toEqual([410, expect.stringContaining('最新邮件')]);
    expect((await press(fresh)).status).toBe(200);
    expect((await service.anonymous.post(`${registrations}/${id}/resend`)).status).toBe(204);
    expect((await service.facts(verificationRequested)).filter(fact => fact.verificationId === id)).toHaveLength(2);
  });

  it('can be asked for by mail address, which tells nothing about the address', async () => {
    const mail = aMail();
    const { id } = await register(aRegistration({ mail }));
    const old = await linkOf(id);
    const known = await service.anonymous.post(`${registrations}/resend`, { mail: mail.toUpperCase() });
    const unknown = await service.anonymous.post(`${registrations}/resend`, { mail: aMail() });
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    expect((await press(old)).status).toBe(410);
    expect((await press(await linkOf(id))).status).toBe(200);
  });

  it('is not mailed more than five times an hour to one address, known or not', async () => {
    for (const mail of [aMail(), aMail()]) {
      const statuses: number[] = [];
      for (let time = 0; time < 6; time += 1) statuses.push((await service.anonymous.post(`${registrations}/resend`, { mail })).status);
      expect(statuses).toEqual([204, 204, 204, 204, 204, 429]);
      const refused = await service.anonymous.post(`${registrations}/resend`, { mail });
      expect(refused.body.code).toBe('request.too_many');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3000);
    }
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

describe('somebody who registers again', () => {
  const active = async () => {
    const form = aRegistration();
    const { id } = await register(form);
    await press(await linkOf(id));
    return form;
  };

  it.each<[string, (form: ReturnType<typeof aRegistration>) => object]>([
    ['with the same mail address', form => aRegistration({ mail: form.contact.mail })],
    ['with the same mail address in capitals', form => aRegistration({ mail: form.contact.mail.toUpperCase() })],
    ['with the same credit code', form => aRegistration({ creditCode: form.creditCode })],
  ])('%s gets the same answer, no second account, and a mail that says so', async (_what, again) => {
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

  it('before the proof may, and the first link that is pressed wins', async () => {
    const mail = aMail();
    const [one, two] = [await register(aRegistration({ mail })), await register(aRegistration({ mail }))];
    const [first, second] = [await linkOf(one.id), await linkOf(two.id)];
    expect((await press(second)).status).toBe(200);
    expect((await press(first)).status).toBe(409);
    expect(await service.query('SELECT 1 FROM accounts WHERE mail = $1', [mail])).toHaveLength(1);
  });

  it('ends up with one account when ten links of one organisation are pressed at once', async () => {
    const creditCode = aCreditCode();
    const links = await Promise.all(Array.from({ length: 10 }, async () => linkOf((await register(aRegistration({ creditCode }))).id)));
    const statuses = await Promise.all(links.map(async link => (await press(link)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    expect(await service.query(`SELECT 1 FROM organisations WHERE credit_code = $1 AND status = 'active'`, [creditCode])).toHaveLength(1);
  });

  it('with a foreign identifier that is taken gets no second account either', async () => {
    const form = aForeignRegistration();
    await press(await linkOf((await register(form)).id));
    const again = await register(aForeignRegistration({ identifier: form.identifier }));
    expect((await letterOf(again.id)).purpose).toBe('already_registered');
    const elsewhere = await register(aForeignRegistration({ identifier: form.identifier, country: 'FR' }));
    expect((await letterOf(elsewhere.id)).purpose).toBe('registration');
  });
});

describe('registrations without proof', () => {
  it('are forgotten 30 days after their last link, those with proof are kept', async () => {
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
