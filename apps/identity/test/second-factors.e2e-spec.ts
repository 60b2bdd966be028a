import { randomUUID } from 'node:crypto';
import { secondFactorAdded, secondFactorRemoved } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { generateSync } from 'otplib';
import { demoSecretOf } from '../src/identity.module.js';
import { SecondFactorCheck } from '../src/second-factors/second-factor-check.service.js';
import { FetchBrowser, type Shown } from './fetch-browser.factory.js';
import { aPerson, firstPassword, type TestPerson } from './person.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

const place = '/v1/identity/me/second-factor';
let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider({ IDENTITY_SECOND_FACTOR_ROLES: 'finance_clerk, auditor', IDENTITY_TRIES: '4' });
  console_ = await RelyingParty.of(service, 'console');
});

/** The code that an app shows so many codes from now. */
const codeOf = (secret: string, later = 0): string =>
  generateSync({ secret: secret.replaceAll(' ', ''), epoch: Math.floor(Date.now() / 1_000) + 30 * later });

/** A person who is logged in. */
async function loggedIn(person: TestPerson) {
  const flow = await console_.begin();
  const tokens = await console_.redeem(await console_.pass(flow.browser, flow.page, person.mail, firstPassword), flow);
  return service.with(tokens.access_token);
}

/** A person with an app: its secret, and the recovery codes. */
async function withApp() {
  const person = await aPerson(service);
  const api = await loggedIn(person);
  const { secret } = (await api.post(place, { currentPassword: firstPassword })).body as { secret: string };
  const { recoveryCodes } = (await api.post(`${place}/confirm`, { code: codeOf(secret, -1) })).body as { recoveryCodes: string[] };
  return { person, api, secret, recoveryCodes };
}

/** The page that follows the password. */
async function afterPassword({ mail }: { mail: string }, password = firstPassword) {
  const flow = await console_.begin({}, new FetchBrowser('en'));
  return { ...flow, page: await flow.browser.submit(flow.page, '/login', { mail, password }) };
}

const enter = ({ browser }: { browser: FetchBrowser }, page: Shown, code: string) => browser.submit(page, '/second-factor', { code });

describe('adding an app', () => {
  it('takes the password and a first code; then every login asks for one, and the token says so', async () => {
    const person = await aPerson(service);
    const api = await loggedIn(person);
    expect((await api.get(place)).body).toEqual({ status: 'none', activatedAt: null, recoveryCodesLeft: 0, isNeeded: false });
    const { status, body } = await api.post(place, { currentPassword: firstPassword });
    const { secret, uri } = body as { secret: string; uri: string };
    expect([status, secret.length]).toEqual([200, 32]);
    const read = new URL(uri);
    expect([read.host, read.searchParams.get('secret'), read.searchParams.get('issuer')]).toEqual(['totp', secret, 'CIEP']);
    expect(decodeURIComponent(read.pathname)).toBe(`/CIEP:${person.mail}`);

    expect((await afterPassword(person)).page.left).toBeDefined();
    const confirmed = await api.post(`${place}/confirm`, { code: codeOf(secret, -1) });
    const { recoveryCodes } = confirmed.body as { recoveryCodes: string[] };
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(recoveryCodes.every(code => /^[A-Z2-7]{5}-[A-Z2-7]{5}$/.test(code))).toBe(true);
    expect((await api.get(place)).body).toMatchObject({ status: 'active', recoveryCodesLeft: 10 });
    expect(await service.events(secondFactorAdded)).toContainEqual({ accountId: person.id });

    const flow = await afterPassword(person);
    expect([flow.page.status, flow.page.left]).toEqual([200, undefined]);
    const wrong = await enter(flow, flow.page, '000000');
    expect([wrong.status, wrong.text.includes('The code is wrong')]).toEqual([401, true]);
    const tokens = await console_.redeem(await enter(flow, wrong, codeOf(secret)), flow);
    expect(tokens.claims()?.['amr']).toEqual(['pwd', 'otp']);
  });

  it('keeps no secret in the database, and gives none again for the same key', async () => {
    const person = await aPerson(service);
    const api = await loggedIn(person);
    const send = () => api.post(place, { currentPassword: firstPassword }, { key: 'the-same-key-for-both' });
    const [first, second] = [await send(), await send()];
    const { secret } = first.body as { secret: string };
    expect([second.status, second.body]).toEqual([200, {}]);
    const [row] = await service.query<{ text: string }>(
      `SELECT (SELECT jsonb_agg(f)::text FROM second_factors f) || (SELECT jsonb_agg(e)::text FROM audit_entries e)
           || (SELECT jsonb_agg(i)::text FROM idempotency_keys i) AS text`,
    );
    expect(row?.text).not.toContain(secret);
  });

  it('refuses a wrong password, a wrong code, and a second app beside the first', async () => {
    const { api } = await withApp();
    expect((await api.post(place, { currentPassword: 'another password' })).body).toMatchObject({ status: 422, code: 'password.wrong' });
    expect((await api.post(place, { currentPassword: firstPassword })).body).toMatchObject({ status: 409, code: 'second_factor.active' });
    expect((await api.post(place, { currentPassword: firstPassword, more: 1 })).status).toBe(422);
    expect((await api.post(`${place}/confirm`, { code: '123456' })).body).toMatchObject({ status: 409, code: 'second_factor.active' });
    const other = await loggedIn(await aPerson(service));
    await other.post(place, { currentPassword: firstPassword });
    for (const code of ['000000', '12', 'abcdef', '１２３４５６'])
      expect((await other.post(`${place}/confirm`, { code })).body).toMatchObject({ code: expect.stringMatching(/^second_factor.wrong$/) });
    expect((await other.post(`${place}/confirm`, {})).status).toBe(422);
  });

  it('confirms only the newest secret', async () => {
    const api = await loggedIn(await aPerson(service));
    const [first, second] = [
      await api.post(place, { currentPassword: firstPassword }),
      await api.post(place, { currentPassword: firstPassword }),
    ].map(({ body }) => (body as { secret: string }).secret);
    expect((await api.post(`${place}/confirm`, { code: codeOf(first ?? '') })).body).toMatchObject({ code: 'second_factor.wrong' });
    expect((await api.post(`${place}/confirm`, { code: codeOf(second ?? '') })).status).toBe(200);
  });

  it('happens once when a code is confirmed twenty times at the same time', async () => {
    const api = await loggedIn(await aPerson(service));
    const { secret } = (await api.post(place, { currentPassword: firstPassword })).body as { secret: string };
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post(`${place}/confirm`, { code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is for people only', async () => {
    const portal = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:read identity:write' }),
    });
    const client = service.with(((await portal.json()) as { access_token: string }).access_token);
    expect((await client.get(place)).status).toBe(403);
    expect((await client.post(place, { currentPassword: firstPassword })).body).toMatchObject({ code: 'account.person_only' });
    expect((await client.post(`${place}/remove`, { currentPassword: firstPassword, code: '123456' })).status).toBe(403);
  });
});

describe('a code', () => {
  it('works once, also when it is sent twenty times at the same time', async () => {
    const { person, secret, recoveryCodes } = await withApp();
    const check = service.find(SecondFactorCheck);
    // Without `last_step < $3` in `useStep` more than one passes.
    for (const code of [codeOf(secret), recoveryCodes[0] ?? '']) {
      await service.query('DELETE FROM lock_outs');
      const passed = await Promise.allSettled(Array.from({ length: 20 }, () => check.passes(person.id, code)));
      expect(passed.filter(result => result.status === 'fulfilled' && result.value)).toHaveLength(1);
      await service.query('DELETE FROM lock_outs');
      expect(await check.passes(person.id, code)).toBe(false);
    }
  });

  it('may be one old and one new, typed with blanks and in full width, but not older', async () => {
    const { person, secret } = await withApp();
    const check = service.find(SecondFactorCheck);
    expect(await check.passes(person.id, codeOf(secret, -3))).toBe(false);
    expect(await check.passes(person.id, codeOf(secret, 3))).toBe(false);
    const wide = [...codeOf(secret, 1)].map(digit => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0));
    expect(await check.passes(person.id, ` ${wide.slice(0, 3).join('')} ${wide.slice(3).join('')}`)).toBe(true);
    expect(await check.passes(person.id, codeOf(secret, 0))).toBe(false);
  });

  it('is replaced once by each recovery code, until new ones are made', async () => {
    const { person, api, secret, recoveryCodes } = await withApp();
    const flow = await afterPassword(person);
    expect((await enter(flow, flow.page, (recoveryCodes[3] ?? '').toLowerCase().replaceAll('-', ' '))).left).toBeDefined();
    expect((await api.get(place)).body).toMatchObject({ recoveryCodesLeft: 9 });
    const renewed = await api.post(`${place}/recovery-codes`, { currentPassword: firstPassword, code: codeOf(secret) });
    const { recoveryCodes: next } = renewed.body as { recoveryCodes: string[] };
    expect([renewed.status, next.some(code => recoveryCodes.includes(code))]).toEqual([200, false]);
    expect((await api.get(place)).body).toMatchObject({ recoveryCodesLeft: 10 });
    const check = service.find(SecondFactorCheck);
    expect(await check.passes(person.id, recoveryCodes[4] ?? '')).toBe(false);
    expect(await check.passes(person.id, next[4] ?? '')).toBe(true);
  });

  it('cannot be guessed: the tries are counted for the account, also in parallel, and the page says how long to wait', async () => {
    const { person, secret } = await withApp();
    const flow = await afterPassword(person);
    let { page } = flow;
    for (let guess = 0; guess < 4; guess += 1) page = await enter(flow, page, `00000${guess}`);
    page = await enter(flow, page, codeOf(secret));
    expect([page.status, Number(page.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(page.text).toContain('Too many tries');
    const check = service.find(SecondFactorCheck);
    await service.query('DELETE FROM lock_outs');
    const guesses = await Promise.allSettled(Array.from({ length: 40 }, (_, guess) => check.passes(person.id, `1000${10 + guess}`)));
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  });

  it('is of no use without the password, or in another interaction', async () => {
    const { person, secret } = await withApp();
    const flow = await console_.begin({}, new FetchBrowser('en'));
    const uid = /interaction\/([^/"?]+)/.exec(flow.page.url)?.[1] ?? '';
    const proof = /name="proof" value="([^"]+)"/.exec(flow.page.text)?.[1] ?? '';
    for (const step of ['second-factor', 'second-factor/new', 'second-factor/kept']) {
      const sent = await flow.browser.open(`${service.url}/oidc/interaction/${uid}/${step}`, {
        method: 'POST',
        body: new URLSearchParams({ proof, code: codeOf(secret) }),
      });
      expect([step, sent.status, sent.left]).toEqual([step, 400, undefined]);
    }
    const second = await afterPassword(person);
    expect((await second.browser.submit(second.page, '/second-factor', { code: codeOf(secret), proof: 'forged' })).status).toBe(403);
  });

  it('is asked for after a recovered password, too, and a password that was changed meanwhile ends the login', async () => {
    const { person, secret } = await withApp();
    const flow = await afterPassword(person);
    await service.query(`UPDATE accounts SET logins_since = now() + interval '2 seconds' WHERE id = $1`, [person.id]);
    const shown = await enter(flow, flow.page, codeOf(secret));
    await expect(console_.redeem(shown, flow)).rejects.toThrow();
  });
});

describe('removing it', () => {
  it('takes password and code, tells the person, and lets an app be added again', async () => {
    const { person, api, secret, recoveryCodes } = await withApp();
    const remove = (body: object) => api.post(`${place}/remove`, body);
    expect((await remove({ currentPassword: firstPassword, code: '000000' })).body).toMatchObject({
      status: 422,
      code: 'second_factor.wrong',
    });
    expect((await remove({ currentPassword: 'another password', code: codeOf(secret) })).body).toMatchObject({ code: 'password.wrong' });
    expect((await remove({ currentPassword: firstPassword })).status).toBe(422);
    expect((await remove({ currentPassword: firstPassword, code: recoveryCodes[0] })).status).toBe(204);
    expect(await service.events(secondFactorRemoved)).toContainEqual({ accountId: person.id });
    expect((await afterPassword(person)).page.left).toBeDefined();
    const { secret: next } = (await api.post(place, { currentPassword: firstPassword })).body as { secret: string };
    expect(next).not.toBe(secret);
    expect((await api.post(`${place}/confirm`, { code: codeOf(next) })).status).toBe(200);
  });

  it('is done by the platform for a person who has lost it, and ends every login', async () => {
    const { person, api } = await withApp();
    const admin = service.with((await console_.logIn(loginOf('platform_admin'))).access);
    const reset = `/v1/identity/accounts/${person.id}/second-factor/reset`;
    for (const role of ['organisation_admin', 'shenzhen_working_group'])
      expect((await service.with((await console_.logIn(loginOf(role))).access).post(reset)).status).toBe(403);
    expect((await admin.post(`/v1/identity/accounts/${randomUUID()}/second-factor/reset`)).status).toBe(404);
    expect((await admin.post(reset)).status).toBe(204);
    expect((await api.get(place)).status).toBe(401);
    expect((await admin.post(reset)).body).toMatchObject({ status: 409, code: 'second_factor.missing' });
    expect((await afterPassword(person)).page.left).toBeDefined();
    const [entry] = await service.query<{ actor_id: string; changes: unknown }>(
      `SELECT e.actor_id, e.changes FROM audit_entries e JOIN second_factors f ON f.id = e.aggregate_id
        WHERE f.account_id = $1 ORDER BY e.at DESC, e.aggregate_version DESC LIMIT 1`,
      [person.id],
    );
    expect(JSON.stringify(entry?.changes)).toContain(`"status":{"after":"none","before":"active"}`);
  });
});

describe('a role that needs it', () => {
  it('makes the login add an app, shows the recovery codes, and works from then on', async () => {
    const flow = await afterPassword({ mail: loginOf('finance_clerk') }, 'ciep-demo-2026');
    expect(flow.page.text).toContain('Add a second factor');
    const secret = /<dd>([A-Z2-7 ]+)<\/dd>/.exec(flow.page.text)?.[1] ?? '';
    const wrong = await flow.browser.submit(flow.page, '/second-factor/new', { code: '000000' });
    expect([wrong.status, wrong.text.includes(secret)]).toEqual([401, true]);
    const codes = await flow.browser.submit(wrong, '/second-factor/new', { code: codeOf(secret) });
    expect(codes.text.match(/<li>/g)).toHaveLength(10);
    // The same codes after a reload, and no way round the button.
    expect((await flow.browser.open(codes.url)).text).toContain(/<li>([^<]+)/.exec(codes.text)?.[1]);
    const { access_token } = await console_.redeem(await flow.browser.submit(codes, '/second-factor/kept'), flow);
    expect(decodeJwt(access_token)['roles']).toEqual(['finance_clerk']);
  });

  it('is worth nothing in a login that began without one', async () => {
    const person = await aPerson(service);
    const flow = await console_.begin();
    const tokens = await console_.redeem(await console_.pass(flow.browser, flow.page, person.mail, firstPassword), flow);
    await service.query(
      `INSERT INTO role_grants (id, version, status, account_id, organisation_id, role, valid_from, reason, started_at)
       SELECT gen_random_uuid(), 1, 'active', account_id, organisation_id, 'auditor', now(), 'test', now() FROM memberships WHERE account_id = $1`,
      [person.id],
    );
    const refreshed = (await (await console_.refresh(tokens.refresh_token ?? '')).json()) as { access_token: string };
    expect(decodeJwt(refreshed.access_token)['roles']).toEqual(['organisation_admin']);
    expect((await service.with(refreshed.access_token).get(place)).body).toMatchObject({ status: 'none', isNeeded: true });
    expect((await afterPassword(person)).page.text).toContain('Add a second factor');
  });
});
