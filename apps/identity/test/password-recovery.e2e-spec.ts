import { randomUUID } from 'node:crypto';
import { grantRevoked, passwordChanged, passwordRecoveryRequested } from '@ciep/contracts';
import { currentContext, Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { demoSecretOf } from '../src/identity.module.js';
import {
  aPerson,
  askForLink,
  complete,
  firstPassword,
  mailsFor,
  newLink,
  nextPassword,
  notificationToken,
  recoveryOf,
  type TestPerson,
} from './person.factory.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider();
  console_ = await RelyingParty.of(service, 'console');
});

const unknown = () => `nobody-${randomUUID().slice(0, 8)}@example.org`;
const logsIn = async ({ mail }: TestPerson, password: string, address = '203.0.113.80') =>
  (await service.find(LogIn).execute({ mail, password, address })).kind === 'welcome';

/** Logs a person in with a password; the whole flow, like a front end. */
async function session({ mail }: TestPerson, password = firstPassword) {
  const flow = await console_.begin();
  const tokens = await console_.redeem(await console_.pass(flow.browser, flow.page, mail, password), flow);
  return { browser: flow.browser, access: tokens.access_token, refresh: tokens.refresh_token ?? '' };
}

describe('asking for a new password', () => {
  it('gets the same answer for every address, and a mail only where there is an account', async () => {
    const person = await aPerson(service);
    const disabled = await aPerson(service);
    await service.query(`UPDATE accounts SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    const before = (await service.events(passwordRecoveryRequested)).length;
    const answers = await Promise.all([person.mail, disabled.mail, unknown()].map(mail => askForLink(service, mail)));
    expect(new Set(answers.map(({ status, text }) => JSON.stringify([status, text])))).toEqual(new Set(['[204,""]']));
    expect(await service.events(passwordRecoveryRequested)).toHaveLength(before);
    await service.runJobs();
    expect([await mailsFor(service, person), await mailsFor(service, disabled)]).toEqual([1, 0]);
    expect(await service.events(passwordRecoveryRequested)).toHaveLength(before + 1);
    expect(await service.query('SELECT 1 FROM link_requests')).toEqual([]);
  });

  it('does the same work for every address: nothing is looked up before the answer', async () => {
    const person = await aPerson(service);
    const { dataSource } = service.find(Database);
    const { logger } = dataSource;
    const workOf = async (send: () => Promise<unknown>): Promise<string[]> => {
      const statements: string[] = [];
      // Without the statements of the relay and other loops, which serve no request.
      const logQuery = (sql: string): void => void (currentContext() && statements.push(sql));
      dataSource.logger = Object.assign(Object.create(logger) as typeof logger, { logQuery });
      await send();
      dataSource.logger = logger;
      return statements;
    };
    try {
      for (const route of ['password-recoveries', 'registrations/resend']) {
        const ask = (mail: string) => workOf(() => service.anonymous.post(`/v1/identity/${route}`, { mail }, { key: false }));
        const [known, stranger] = [await ask(person.mail), await ask(unknown())];
        expect(known.length).toBeGreaterThan(3);
        expect(stranger).toEqual(known);
        expect(known.join('\n')).not.toMatch(/accounts|registrations|password_recoveries/);
      }
      // Control: a look-up is seen.
      const resend = () => service.anonymous.post(`/v1/identity/registrations/${randomUUID()}/resend`);
      expect((await workOf(resend)).join('\n')).toMatch(/registrations/);
    } finally {
      dataSource.logger = logger;
    }
    await service.runJobs();
  });

  it('finds the account by the normal form of the address', async () => {
    const mark = randomUUID().slice(0, 8);
    const person = await aPerson(service, `Büro-${mark}@Bücher.Example`);
    await askForLink(service, `BÜRO-${mark}@xn--bcher-kva.example`);
    await service.runJobs();
    expect(await mailsFor(service, person)).toBe(1);
  });

  it('gets a mail in the language that was chosen, otherwise in that of the account', async () => {
    const person = await aPerson(service);
    const authorization = `Bearer ${await notificationToken(service)}`;
    for (const [more, language] of [
      [{ language: 'zh' }, 'zh'],
      [{}, 'en'],
    ] as const) {
      await askForLink(service, person.mail, '203.0.113.2', more);
      await service.runJobs();
      const { id, links } = (await recoveryOf(service, person)) ?? { id: '', links: 0 };
      const letter = await fetch(`${service.url}/internal/verifications/${id}`, { headers: { authorization } });
      expect(await letter.json()).toEqual({
        mail: person.mail,
        language,
        purpose: 'password_recovery',
        expiresAt: '2023-03-01T02:00:00.000Z',
        link: expect.stringMatching(new RegExp(`/oidc/password-recovery/${id}/${links}\\.[\\w-]{43}$`)),
      });
    }
  });

  it('from one network is limited per address, with 429 and Retry-After, known or not', async () => {
    for (const mail of [(await aPerson(service)).mail, unknown()]) {
      const statuses: number[] = [];
      for (let time = 0; time < 21; time += 1) statuses.push((await askForLink(service, mail, '203.0.113.7')).status);
      expect(statuses).toEqual([...Array.from({ length: 20 }, () => 204), 429]);
      const refused = await askForLink(service, mail, '203.0.113.7');
      expect([refused.body.code, Number(refused.headers['retry-after']) > 3_000]).toEqual(['request.too_many', true]);
      expect((await askForLink(service, mail, '198.51.100.7')).status).toBe(204);
    }
    await service.runJobs();
  });

  it('by strangers never leaves the person without a link', async () => {
    const person = await aPerson(service);
    for (let network = 0; network < 12; network += 1) await askForLink(service, person.mail, `198.51.100.${network}`);
    await service.runJobs();
    expect(await mailsFor(service, person)).toBe(5);
    // The last mail holds a link that works as long as no other is mailed.
    const link = await newLink(service, person);
    expect((await recoveryOf(service, person))?.links).toBe(5);
    expect((await complete(service, link)).status).toBe(204);
    // A person who has used a link may forget the password again.
    expect((await complete(service, await newLink(service, person), 'the third of several')).status).toBe(204);
  });
});

describe('a link for a forgotten password', () => {
  it('gives the account a new password, ends its logins everywhere, and tells its person', async () => {
    const [person, other] = [await aPerson(service), await aPerson(service)];
    const [one, two, theirs] = [await session(person), await session(person), await session(other)];
    const revoked = (await service.events(grantRevoked)).length;
    const answer = await complete(service, await newLink(service, person));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect([await logsIn(person, firstPassword), await logsIn(person, nextPassword)]).toEqual([false, true]);
    for (const { access, refresh, browser } of [one, two]) {
      expect([await console_.statusOf(access), (await console_.refresh(refresh)).status]).toEqual([401, 400]);
      expect((await console_.begin({}, browser)).page.text).toContain('name="password"');
    }
    expect([await console_.statusOf(theirs.access), (await console_.refresh(theirs.refresh)).status]).toEqual([200, 200]);
    const gids = (await service.events(grantRevoked)).slice(revoked).map(({ gid }) => gid);
    expect(new Set(gids)).toEqual(new Set([one, two].map(({ access }) => decodeJwt(access)['gid'])));
    expect((await service.events(passwordChanged)).at(-1)).toEqual({ accountId: person.id });
    const [entry] = await service.query<{ changes: object; aggregate_type: string }>(
      'SELECT aggregate_type, changes FROM audit_entries WHERE aggregate_id = $1 ORDER BY at DESC, aggregate_version DESC LIMIT 1',
      [person.id],
    );
    expect(entry).toEqual({ aggregate_type: 'account', changes: { password_hash: { changed: true } } });
  });

  it('forgets the failed tries of the account', async () => {
    const strict = await startProvider({ IDENTITY_TRIES: '2' });
    const person = await aPerson(strict);
    const attempt = (password: string) =>
      strict
        .find(LogIn)
        .execute({ mail: person.mail, password, address: '203.0.113.9' })
        .then(
          ({ kind }) => kind,
          () => 'refused',
        );
    expect([await attempt('guess'), await attempt('guess'), await attempt(firstPassword)]).toEqual(['wrong', 'wrong', 'refused']);
    await complete(strict, await newLink(strict, person));
    expect(await attempt(nextPassword)).toBe('welcome');
  });

  it('works once, is replaced by a newer one, and expires after an hour', async () => {
    const person = await aPerson(service);
    const [old, fresh] = [await newLink(service, person), await newLink(service, person)];
    const codeOf = async (link: typeof old) => {
      const { status, body } = await complete(service, link);
      return [status, (body as { code?: string }).code];
    };
    expect(await codeOf(old)).toEqual([410, 'verification.replaced']);
    expect(await codeOf(fresh)).toEqual([204, undefined]);
    expect(await codeOf(fresh)).toEqual([410, 'verification.used']);
    const late = await newLink(service, person);
    service.clock.set('2023-03-01T10:00:00+08:00');
    expect(await codeOf(late)).toEqual([410, 'verification.expired']);
    service.clock.set('2023-03-01T09:59:59+08:00');
    expect(await codeOf(late)).toEqual([204, undefined]);
    service.clock.set('2023-03-01T09:00:00+08:00');
  });

  it('is refused when it is forged, or of another kind or person', async () => {
    const [mine, theirs] = [await newLink(service, await aPerson(service)), await newLink(service, await aPerson(service))];
    const forged = [mine.code.slice(0, -4) + 'AAAA', theirs.code, `2.${mine.code.split('.')[1]}`, mine.code.replace(/^1\./, '')];
    for (const code of forged) expect((await complete(service, { id: mine.id, code })).body.code).toBe('verification.not_found');
    expect((await complete(service, { id: randomUUID(), code: mine.code })).status).toBe(404);
    const asRegistration = await service.anonymous.post(`/v1/identity/registrations/${mine.id}/verify`, {
      code: mine.code,
      password: nextPassword,
    });
    expect(asRegistration.status).toBe(404);
    expect((await complete(service, mine)).status).toBe(204);
  });

  it('does not accept a password that everybody tries, and still works afterwards', async () => {
    const person = await aPerson(service);
    const link = await newLink(service, person);
    for (const password of ['Password2024!', 'qwertyuiop', '1212121212', `${person.mail}`, 'Liaohe Intelligent Equipment Ltd. (demo)']) {
      const { status, body } = await complete(service, link, password);
      expect([password, status, body.code, body.errors[0]?.pointer]).toEqual([password, 422, 'password.too_common', '/password']);
    }
    expect((await complete(service, link, 'short')).status).toBe(422);
    expect((await complete(service, link)).status).toBe(204);
  });

  it('is in no table and no event', async () => {
    const link = await newLink(service, await aPerson(service));
    await complete(service, link);
    const secret = link.code.split('.')[1] ?? '';
    const rows = await service.query<{ text: string }>(
      `SELECT event::text AS text FROM outbox UNION ALL SELECT changes::text FROM audit_entries UNION ALL SELECT r::text FROM password_recoveries r`,
    );
    expect(secret).toHaveLength(43);
    expect(rows.filter(({ text }) => text.includes(secret) || text.includes(nextPassword))).toEqual([]);
  });
});

describe('at the same time', () => {
  it('one link pressed twenty times gives one password', async () => {
    const person = await aPerson(service);
    const link = await newLink(service, person);
    const choices = Array.from({ length: 20 }, (_, at) => `choice number ${at} of many`);
    const statuses = await Promise.all(choices.map(async password => (await complete(service, link, password)).status));
    expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 19 }, () => 410)]);
    const winner = choices[statuses.indexOf(204)] ?? '';
    expect([await logsIn(person, winner), await logsIn(person, choices[statuses.indexOf(410)] ?? '')]).toEqual([true, false]);
    expect((await service.events(passwordChanged)).filter(({ accountId }) => accountId === person.id)).toHaveLength(1);
  });

  it('two recoveries have one outcome: only the newest link works', async () => {
    const person = await aPerson(service);
    const first = await newLink(service, person);
    await askForLink(service, person.mail, '203.0.113.11');
    const [pressed] = await Promise.all([complete(service, first, 'the choice of the first'), service.runJobs()]);
    const second = await newLink(service, person);
    const outcome = await complete(service, second, 'the choice of the second');
    expect([[204, 410].includes(pressed.status), outcome.status]).toEqual([true, 204]);
    expect([await logsIn(person, 'the choice of the first'), await logsIn(person, 'the choice of the second')]).toEqual([false, true]);
  });

  it('ten instances that answer requests for one person send links in turn', async () => {
    const person = await aPerson(service);
    await Promise.all(Array.from({ length: 4 }, (_, at) => askForLink(service, person.mail, `203.0.113.${100 + at}`)));
    await Promise.all(Array.from({ length: 10 }, () => service.runJobs()));
    expect([await mailsFor(service, person), (await recoveryOf(service, person))?.links]).toEqual([4, 4]);
    expect(await service.query('SELECT 1 FROM link_requests')).toEqual([]);
  });

  it('no login with the old password outlives the new one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await aPerson(service);
      const link = await newLink(service, person);
      const delay = () => new Promise(resolve => setTimeout(resolve, 20 + 8 * round));
      const logins = Array.from({ length: 6 }, () => session(person).catch(() => undefined));
      const [{ status }, ...sessions] = await Promise.all([delay().then(() => complete(service, link)), ...logins]);
      expect(status).toBe(204);
      for (const left of sessions.filter(each => each !== undefined)) {
        expect([await console_.statusOf(left.access), (await console_.refresh(left.refresh)).status]).toEqual([401, 400]);
        expect((await console_.begin({}, left.browser)).page.text).toContain('name="password"');
      }
      expect((await session(person, nextPassword)).access).toEqual(expect.any(String));
    }
  });

  /** A login with the old password that is interrupted just before its code is redeemed, while the person recovers the password. */
  async function interrupted(): Promise<{ redeem: () => Promise<unknown>; browser: FetchBrowser; person: TestPerson }> {
    const person = await aPerson(service);
    const link = await newLink(service, person);
    const flow = await console_.begin();
    const shown = await flow.browser.submit(flow.page, '/login', { mail: person.mail, password: firstPassword });
    const rows = await service.query<{ kind: string; all: string }>(
      'SELECT kind, p::text AS all FROM oidc_payloads p WHERE account_id = $1',
      [person.id],
    );
    expect((await complete(service, link)).status).toBe(204);
    // What a request that was under way would store after the new password.
    for (const { all } of rows)
      await service.query(`INSERT INTO oidc_payloads SELECT (t).* FROM (SELECT ($1::text)::oidc_payloads AS t) x ON CONFLICT DO NOTHING`, [
        all,
      ]);
    return { redeem: () => console_.redeem(shown, flow), browser: flow.browser, person };
  }

  it('what a login under way stores after the new password is worth nothing', async () => {
    const { redeem, browser } = await interrupted();
    await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await console_.begin({}, browser)).page.text).toContain('name="password"');
  });

  it('negative control: without the instant of the new password it would be', async () => {
    const { redeem, person } = await interrupted();
    await service.query(`UPDATE accounts SET logins_since = '-infinity' WHERE id = $1`, [person.id]);
    await expect(redeem()).resolves.toMatchObject({ access_token: expect.any(String) });
  });
});

describe('changing a known password', () => {
  const change = (token: string, body: object) => service.with(token).put('/v1/identity/me/password', body);

  it('needs the present one, and ends every login of the person', async () => {
    const person = await aPerson(service);
    const [mine, elsewhere] = [await session(person), await session(person)];
    const wrong = await change(mine.access, { currentPassword: 'another guess', password: nextPassword });
    expect([wrong.status, wrong.body.code, wrong.body.errors[0]?.pointer]).toEqual([422, 'password.wrong', '/currentPassword']);
    const common = await change(mine.access, { currentPassword: firstPassword, password: 'Password2024!' });
    expect([common.status, common.body.code]).toEqual([422, 'password.too_common']);
    expect((await change(mine.access, { password: nextPassword })).status).toBe(422);
    const link = await newLink(service, person);
    expect((await change(mine.access, { currentPassword: firstPassword, password: nextPassword })).status).toBe(204);
    for (const { access, refresh } of [mine, elsewhere])
      expect([await console_.statusOf(access), (await console_.refresh(refresh)).status]).toEqual([401, 400]);
    expect([await logsIn(person, firstPassword), await logsIn(person, nextPassword)]).toEqual([false, true]);
    expect((await service.events(passwordChanged)).at(-1)).toEqual({ accountId: person.id });
    expect((await complete(service, link)).body.code).toBe('verification.used');
  });

  it('counts a wrong present one like a wrong login', async () => {
    const strict = await startProvider({ IDENTITY_TRIES: '3' });
    const party = await RelyingParty.of(strict, 'console');
    const person = await aPerson(strict);
    const flow = await party.begin();
    const { access_token: access } = await party.redeem(await party.pass(flow.browser, flow.page, person.mail, firstPassword), flow);
    const guess = () => strict.with(access).put('/v1/identity/me/password', { currentPassword: 'another guess', password: nextPassword });
    const incomplete = { currentPassword: 'another guess', password: 'short' };
    for (let time = 0; time < 4; time += 1)
      expect((await strict.with(access).put('/v1/identity/me/password', incomplete)).body.code).toBe('body.invalid');
    expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([422, 422, 422]);
    const refused = await guess();
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
  });

  it('is for persons who are logged in', async () => {
    const body = { currentPassword: firstPassword, password: nextPassword };
    expect((await service.anonymous.put('/v1/identity/me/password', body)).status).toBe(401);
    const person = await aPerson(service);
    const flow = await console_.begin({ scope: 'openid identity:read' });
    const reading = await console_.redeem(await console_.pass(flow.browser, flow.page, person.mail, firstPassword), flow);
    expect((await change(reading.access_token, body)).body.code).toBe('scope.missing');
    const portal = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:write' }),
    });
    const { access_token: token } = (await portal.json()) as { access_token: string };
    expect((await change(token, body)).body.code).toBe('account.person_only');
  });

  it('crossing another change or a recovery has one outcome', async () => {
    const person = await aPerson(service);
    const { access } = await session(person);
    const link = await newLink(service, person);
    const choices = Array.from({ length: 6 }, (_, at) => `choice number ${at} of many`);
    const statuses = await Promise.all([
      ...choices.slice(1).map(async password => (await change(access, { currentPassword: firstPassword, password })).status),
      complete(service, link, choices[0]).then(({ status }) => status),
    ]);
    // A change ends the link and its own token; a recovery ends the token.
    expect(statuses.filter(status => status === 204).length).toBe(1);
    const working = await Promise.all(choices.map(choice => logsIn(person, choice)));
    expect(working.filter(Boolean)).toHaveLength(1);
    expect(statuses.filter(status => ![204, 401, 410, 422].includes(status))).toEqual([]);
  });
});

describe('the pages', () => {
  const recovery = () => `${service.url}/oidc/password-recovery`;

  it('lead from the login to a link, with the same page for every address', async () => {
    const person = await aPerson(service);
    const { browser, page } = await console_.begin({}, new FetchBrowser('en'));
    expect(page.text).toContain('<a class="aside" href="/oidc/password-recovery">Forgot your password?</a>');
    const form = await browser.open(recovery());
    const sent = [
      await browser.submit(form, '/password-recovery', { mail: person.mail }),
      await browser.submit(form, '/password-recovery', { mail: unknown() }),
    ];
    expect(sent.map(({ status, url, text }) => [status, url, text])).toEqual([0, 1].map(() => [200, `${recovery()}/sent`, sent[0]?.text]));
    const wrong = await browser.submit(form, '/password-recovery', { mail: 'nobody' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('This is not a mail address.')]);
    await service.runJobs();
    expect(await mailsFor(service, person)).toBe(1);
  });

  it('change nothing when a mail scanner opens the link', async () => {
    const person = await aPerson(service);
    const { url, id } = await newLink(service, person);
    const address = url.replace(/^https?:\/\/[^/]+/, service.url);
    for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(address, { method })).status).toBe(200);
    expect(await service.query('SELECT status FROM password_recoveries WHERE id = $1', [id])).toEqual([{ status: 'open' }]);
    expect(await logsIn(person, firstPassword)).toBe(true);
  });

  it('set the new password by the button, once, and ask again for one that is too common', async () => {
    const person = await aPerson(service);
    const { access } = await session(person);
    const { url } = await newLink(service, person);
    const browser = new FetchBrowser('en');
    const page = await browser.open(url);
    expect(page.text).toContain(person.mail);
    const common = await browser.submit(page, '/password-recovery/', { password: person.mail });
    expect([common.status, common.text]).toEqual([422, expect.stringContaining('too easy to guess')]);
    const short = await browser.submit(page, '/password-recovery/', { password: 'short' });
    expect([short.status, short.text]).toEqual([422, expect.stringContaining('10 to 128 characters')]);
    const done = await browser.submit(page, '/password-recovery/', { password: nextPassword });
    expect([done.status, done.url.endsWith('/done'), done.text]).toEqual([
      200,
      true,
      expect.stringContaining('You can log in with it now.'),
    ]);
    expect([await logsIn(person, nextPassword), await console_.statusOf(access)]).toEqual([true, 401]);
    const again = await browser.submit(page, '/password-recovery/', { password: 'the third of several' });
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('used already')]);
    expect((await browser.open(`${url}x`)).status).toBe(404);
  });
});
