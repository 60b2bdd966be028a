import { randomUUID } from 'node:crypto';
import { mailChanged, mailChangeRequested } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { demoSecretOf } from '../src/identity.module.js';
import { Links } from '../src/registrations/links.service.js';
import { aRegistration, password } from './identity.factory.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import {
  aPerson,
  askForLink,
  askForMail,
  complete,
  firstPassword,
  logInAs,
  mailLink,
  newLink,
  nextPassword,
  notificationToken,
  pressButton,
  recoveryOf,
  type MailedLink,
} from './person.factory.js';
import { RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider({ IDENTITY_LINKS_PER_HOUR: '12' });
  console_ = await RelyingParty.of(service, 'console');
});

const fresh = (): string => `new-${randomUUID().slice(0, 8)}@example.org`;
const logsIn = async (mail: string, secret = firstPassword) =>
  (await service.find(LogIn).execute({ mail, password: secret, address: '203.0.113.80' })).kind === 'welcome';
const mailOf = async (id: string) =>
  (await service.query<{ mail: string; mail_key: string }>('SELECT mail, mail_key FROM accounts WHERE id = $1', [id]))[0];
const eventsOf = async (accountId: string) => (await service.events(mailChangeRequested)).filter(event => event.accountId === accountId);

/** A person who is logged in and asked for a new address. */
async function asking(wish = fresh()) {
  const person = await aPerson(service);
  const login = await logInAs(console_, person);
  expect((await askForMail(service, login.access, wish)).status).toBe(204);
  return { person, login, wish, link: await mailLink(service, person) };
}

async function letter(id: string): Promise<{ status: number; body: Record<string, string> }> {
  const answer = await fetch(`${service.url}/internal/verifications/${id}`, {
    headers: { authorization: `Bearer ${await notificationToken(service)}` },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** What the button's page says. */
async function pressed(link: Pick<MailedLink, 'url'>): Promise<[number, string]> {
  const answer = await pressButton(service, link);
  return [answer.status, await answer.text()];
}

describe('asking for another mail address', () => {
  it('mails a link to the new address and tells the old one; nothing else changes', async () => {
    const { person, login, wish, link } = await asking();
    expect(await eventsOf(person.id)).toEqual([{ mailChangeId: link.id, accountId: person.id, purpose: 'mail_change' }]);
    expect((await letter(link.id)).body).toEqual({
      mail: wish,
      language: 'en',
      purpose: 'mail_change',
      expiresAt: '2023-03-03T01:00:00.000Z',
      link: link.url,
    });
    expect([(await mailOf(person.id))?.mail, await console_.statusOf(login.access), await logsIn(wish)]).toEqual([person.mail, 200, false]);
  });

  it('gets the same answer for a taken address, which is mailed that it is taken', async () => {
    const [person, other] = [await aPerson(service), await aPerson(service)];
    const { access } = await logInAs(console_, person);
    const taken = await askForMail(service, access, other.mail.toUpperCase());
    const { id, url } = await mailLink(service, person);
    const free = await askForMail(service, access, fresh());
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    expect((await eventsOf(person.id)).map(({ purpose }) => purpose)).toEqual(['mail_taken', 'mail_change']);
    // The newest change replaced it, so that its mail is not sent any more.
    expect((await letter(id)).status).toBe(404);
    await askForMail(service, access, other.mail);
    expect((await letter((await mailLink(service, person)).id)).body).toMatchObject({ purpose: 'mail_taken', mail: other.mail });
    expect(await pressed({ url })).toEqual([410, expect.stringContaining('newer link')]);
    expect(await pressed(await mailLink(service, person))).toEqual([409, expect.stringContaining('Another account has this mail address')]);
    expect((await mailOf(person.id))?.mail).toBe(person.mail);
  });

  it('does the same work for a free and a taken address', async () => {
    const [person, other] = [await aPerson(service), await aPerson(service)];
    const { access } = await logInAs(console_, person);
    const rowsOf = async () => (await service.query('SELECT 1 FROM mail_changes WHERE account_id = $1', [person.id])).length;
    for (const mail of [other.mail, fresh()]) {
      const before = await rowsOf();
      await askForMail(service, access, mail);
      expect(await rowsOf()).toBe(before + 1);
    }
  });

  it('needs the present password, and an address that is another one', async () => {
    const person = await aPerson(service);
    const { access } = await logInAs(console_, person);
    const wrong = await askForMail(service, access, fresh(), 'another guess');
    expect([wrong.status, wrong.body.code, wrong.body.errors[0]?.pointer]).toEqual([422, 'password.wrong', '/currentPassword']);
    const same = await askForMail(service, access, person.mail.toUpperCase());
    expect([same.status, same.body.code, same.body.errors[0]?.pointer]).toEqual([422, 'mail_change.unchanged', '/mail']);
    expect(await eventsOf(person.id)).toEqual([]);
  });

  it('is limited per account', async () => {
    const { access } = await logInAs(console_, await aPerson(service));
    const statuses: number[] = [];
    for (let time = 0; time < 13; time += 1) statuses.push((await askForMail(service, access, fresh())).status);
    expect(statuses).toEqual([...Array.from({ length: 12 }, () => 204), 429]);
  });

  it('is for persons who are logged in', async () => {
    const body = { mail: fresh(), currentPassword: firstPassword };
    expect((await service.anonymous.post('/v1/identity/me/mail-change', body)).status).toBe(401);
    const person = await aPerson(service);
    const reading = await console_.logIn(person.mail, { scope: 'openid identity:read' }, new FetchBrowser(), firstPassword);
    expect((await askForMail(service, reading.access, fresh())).body.code).toBe('scope.missing');
    const answer = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:write' }),
    });
    const { access_token: portal } = (await answer.json()) as { access_token: string };
    expect((await askForMail(service, portal, fresh())).body.code).toBe('account.person_only');
  });
});

describe('difficult addresses', () => {
  const mark = () => randomUUID().slice(0, 8);
  const long = (length: number) => `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(length - 130)}.org`;

  it.each([
    ['plus', `office+${mark()}@example.org`, (typed: string) => typed],
    ['upper case', `OFFICE-${mark().toUpperCase()}@EXAMPLE.ORG`, (typed: string) => typed.toLowerCase()],
    ['an international domain', `office-${mark()}@Bücher.example`, (typed: string) => typed.replace('Bücher', 'xn--bcher-kva')],
    ['Chinese', `办公室-${mark()}@例子.example`, (typed: string) => typed.replace('例子', 'xn--fsqu00a')],
    ['full width', `ｏｆｆｉｃｅ-${mark()}@example.org`, (typed: string) => typed.replace('ｏｆｆｉｃｅ', 'office')],
  ])('%s: the account has it as typed, and the mail goes to its normal form', async (_name, typed, normal) => {
    const { person, link } = await asking(typed);
    expect((await letter(link.id)).body['mail']).toBe(normal(typed));
    expect((await pressButton(service, link)).status).toBe(303);
    expect([await mailOf(person.id), await logsIn(typed), await logsIn(normal(typed)), await logsIn(person.mail)]).toEqual([
      { mail: typed, mail_key: normal(typed) },
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['320 characters', long(320)],
    ['a line break', `office@example.org\nBcc: everybody@example.org`],
    ['a line break at the end', 'office@example.org\r\n'],
    ['two addresses', 'one@example.org, two@example.org'],
    ['a name', 'Office <office@example.org>'],
    ['a full-width at', 'office＠example.org'],
    ['a NUL', 'office\u0000@example.org'],
    ['nothing', ''],
    ['no text', 7],
  ])('%s: is refused, and nothing is done', async (_name, mail) => {
    const person = await aPerson(service);
    const { access } = await logInAs(console_, person);
    const { status, body } = await askForMail(service, access, mail as string);
    expect([status, body.code, body.errors[0]?.pointer]).toEqual([422, 'body.invalid', '/mail']);
    expect([await eventsOf(person.id), (await mailOf(person.id))?.mail]).toEqual([[], person.mail]);
  });
});

describe('the link to a new mail address', () => {
  it('changes nothing when it is opened; its button does, ends the other logins, and both addresses are told', async () => {
    const { person, login, wish, link } = await asking();
    const elsewhere = await logInAs(console_, person);
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await fetch(link.url.replace(/^https?:\/\/[^/]+/, service.url), { method })).status).toBe(200);
    expect((await mailOf(person.id))?.mail).toBe(person.mail);
    const browser = new FetchBrowser('en');
    const page = await browser.open(link.url);
    expect([page.text.includes(wish), page.text.includes(person.mail)]).toEqual([true, false]);
    const done = await browser.submit(page, '/mail-change/');
    expect([done.status, done.url, done.text]).toEqual([200, `${link.url}/done`, expect.stringContaining('Your mail address is changed')]);
    expect([await logsIn(person.mail), await logsIn(wish)]).toEqual([false, true]);
    expect([await console_.statusOf(login.access), (await console_.refresh(login.refresh)).status]).toEqual([200, 200]);
    expect([await console_.statusOf(elsewhere.access), (await console_.refresh(elsewhere.refresh)).status]).toEqual([401, 400]);
    expect((await console_.begin({}, elsewhere.browser)).page.text).toContain('name="password"');
    const told = (await service.events(mailChanged)).find(({ accountId }) => accountId === person.id);
    expect((await letter(told?.noticeId ?? '')).body).toMatchObject({ mail: person.mail, language: 'en', purpose: 'mail_changed' });
    expect((await letter(link.id)).status).toBe(404);
    const again = await browser.submit(page, '/mail-change/');
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('used already')]);
    expect((await browser.open(`${link.url}x`)).status).toBe(404);
  });

  it('expires at its instant, and is replaced by a newer one', async () => {
    const { person, login, link } = await asking();
    const now = service.clock.now();
    service.clock.set(new Date(now.getTime() + 48 * 3_600_000).toISOString());
    expect(await pressed(link)).toEqual([410, expect.stringContaining('expired')]);
    service.clock.set(now.toISOString());
    await askForMail(service, login.access, fresh());
    expect(await pressed(link)).toEqual([410, expect.stringContaining('newer link')]);
    expect((await pressButton(service, await mailLink(service, person))).status).toBe(303);
  });

  it('is refused when it is forged, or of another kind or person', async () => {
    const [mine, theirs] = [(await asking()).link, (await asking()).link];
    const page = mine.url.slice(0, mine.url.lastIndexOf('/'));
    const second = await service.find(Links).address('mail-change', mine.id, 2);
    const recovery = await service.find(Links).address('password-recovery', mine.id, 1);
    for (const url of [`${page}/${theirs.code}`, `${page}/1.${'A'.repeat(43)}`, second, `${page}/${recovery.split('/').at(-1) ?? ''}`])
      expect((await pressButton(service, { url })).status).toBe(404);
    expect((await pressButton(service, mine)).status).toBe(303);
  });

  it('does not lock the person out: tries at the old and the new address are forgotten', async () => {
    const strict = await startProvider({ IDENTITY_TRIES: '2' });
    const party = await RelyingParty.of(strict, 'console');
    const [person, wish] = [await aPerson(strict), fresh()];
    const { access } = await logInAs(party, person);
    await askForMail(strict, access, wish);
    const attempt = (mail: string, secret: string) => strict.find(LogIn).execute({ mail, password: secret, address: '203.0.113.99' });
    for (const mail of [person.mail, wish]) {
      await attempt(mail, 'a wrong password');
      await attempt(mail, 'a wrong password');
      await expect(attempt(mail, firstPassword)).rejects.toMatchObject({ code: 'request.too_many' });
    }
    expect((await pressButton(strict, await mailLink(strict, person))).status).toBe(303);
    await expect(attempt(wish, firstPassword)).resolves.toMatchObject({ kind: 'welcome' });
  });

  it('ends a recovery that was mailed to the old address; a new one goes to the new address', async () => {
    const { person, wish, link } = await asking();
    const recovery = await newLink(service, person);
    expect((await pressButton(service, link)).status).toBe(303);
    expect((await complete(service, recovery)).body.code).toBe('verification.used');
    await askForLink(service, person.mail);
    await askForLink(service, wish);
    await service.runJobs();
    const { id = '' } = (await recoveryOf(service, person)) ?? {};
    expect((await letter(id)).body['mail']).toBe(wish);
    expect((await complete(service, await newLink(service, { ...person, mail: wish }))).status).toBe(204);
    expect([await logsIn(wish, nextPassword), await logsIn(wish)]).toEqual([true, false]);
  });

  it('is withdrawn by a new password, recovered or changed', async () => {
    const recovered = await asking();
    expect((await complete(service, await newLink(service, recovered.person))).status).toBe(204);
    const changed = await asking();
    const body = { currentPassword: firstPassword, password: nextPassword };
    expect((await service.with(changed.login.access).put('/v1/identity/me/password', body)).status).toBe(204);
    for (const { link, person } of [recovered, changed]) {
      expect(await pressed(link)).toEqual([410, expect.stringContaining('withdrawn')]);
      expect((await mailOf(person.id))?.mail).toBe(person.mail);
    }
  });

  it('frees the old address, and an open registration of the new one finds it taken', async () => {
    const wish = fresh();
    const register = async (mail: string) => {
      const { id } = (await service.anonymous.post('/v1/identity/registrations', aRegistration({ mail }))).body as unknown as {
        id: string;
      };
      const code = (await service.find(Links).address('registration', id, 1)).split('/').at(-1);
      return () => service.anonymous.post(`/v1/identity/registrations/${id}/verify`, { code, password }, { key: false });
    };
    const verifyNew = await register(wish);
    const { person, link } = await asking(wish);
    expect((await pressButton(service, link)).status).toBe(303);
    expect((await verifyNew()).body.code).toBe('organisation.already_registered');
    const verifyOld = await register(person.mail);
    expect((await verifyOld()).status).toBe(200);
  });

  it('is in no table and no event', async () => {
    const { link } = await asking();
    await pressButton(service, link);
    const secret = link.code.split('.')[1] ?? '';
    const rows = await service.query<{ text: string }>(
      `SELECT event::text AS text FROM outbox UNION ALL SELECT changes::text FROM audit_entries UNION ALL SELECT m::text FROM mail_changes m`,
    );
    expect(secret).toHaveLength(43);
    expect(rows.filter(({ text }) => text.includes(secret))).toEqual([]);
  });
});

describe('at the same time', () => {
  it('one link pressed twenty times changes the address once', async () => {
    const { person, link } = await asking();
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await pressButton(service, link)).status));
    expect(statuses.toSorted()).toEqual([303, ...Array.from({ length: 19 }, () => 410)]);
    expect((await service.events(mailChanged)).filter(({ accountId }) => accountId === person.id)).toHaveLength(1);
  });

  it('several wishes of one person leave one link: the newest', async () => {
    // Without the lock of the account two of them would be open, and the unique index would fail one with 503.
    const person = await aPerson(service);
    const { access } = await logInAs(console_, person);
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await askForMail(service, access, fresh())).status));
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 204));
    const rows = await service.query<{ id: string; status: string }>('SELECT id, status FROM mail_changes WHERE account_id = $1', [
      person.id,
    ]);
    expect(rows.map(({ status }) => status).toSorted()).toEqual(['open', ...Array.from({ length: 5 }, () => 'replaced')]);
    const outcomes = await Promise.all(
      rows.map(async ({ id, status }) => [
        status,
        (await pressButton(service, { url: await service.find(Links).address('mail-change', id, 1) })).status,
      ]),
    );
    expect(outcomes.toSorted()).toEqual([['open', 303], ...Array.from({ length: 5 }, () => ['replaced', 410])]);
  });

  it('two accounts and a registration that claim one address: one gets it', async () => {
    // Without `holdAddress` the slower one fails on the unique mail_key, with 503 instead of 409.
    for (let round = 0; round < 3; round += 1) {
      const wish = fresh();
      const [one, two] = [await asking(wish), await asking(wish)];
      const { id } = (await service.anonymous.post('/v1/identity/registrations', aRegistration({ mail: wish }))).body as unknown as {
        id: string;
      };
      const code = (await service.find(Links).address('registration', id, 1)).split('/').at(-1);
      const outcomes = await Promise.all([
        pressButton(service, one.link).then(({ status }) => status),
        pressButton(service, two.link).then(({ status }) => status),
        service.anonymous
          .post(`/v1/identity/registrations/${id}/verify`, { code, password }, { key: false })
          .then(({ status }) => (status === 200 ? 303 : status)),
      ]);
      expect(outcomes.toSorted()).toEqual([303, 409, 409]);
      expect(await service.query('SELECT 1 FROM accounts WHERE mail_key = $1', [wish])).toHaveLength(1);
      for (const [{ person }, status] of [
        [one, outcomes[0]],
        [two, outcomes[1]],
      ] as const)
        expect((await mailOf(person.id))?.mail).toBe(status === 303 ? wish : person.mail);
    }
  });

  it('a recovery and a change of address have one outcome', async () => {
    // Without the lock of the account each waits for rows of the other, and one fails with 503.
    for (let round = 0; round < 4; round += 1) {
      const { person, wish, link } = await asking();
      const recovery = await newLink(service, person);
      const [changed, recovered] = await Promise.all([
        pressButton(service, link).then(({ status }) => status),
        complete(service, recovery).then(({ status }) => status),
      ]);
      expect([
        [303, 410],
        [410, 204],
      ]).toContainEqual([changed, recovered]);
      const isChanged = changed === 303;
      expect((await mailOf(person.id))?.mail).toBe(isChanged ? wish : person.mail);
      expect(await logsIn(isChanged ? wish : person.mail, isChanged ? firstPassword : nextPassword)).toBe(true);
    }
  });
});
