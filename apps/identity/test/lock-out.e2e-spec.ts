import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LockOut } from '../src/accounts/lock-out.service.js';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { Passwords } from '../src/accounts/passwords.service.js';
import { TooBusy } from '../src/accounts/passwords.service.js';
import { TooManyTries } from '../src/accounts/tries.errors.js';
import { demoPassword, demoSecretOf } from '../src/identity.module.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider({ IDENTITY_TRIES: '5', IDENTITY_ADDRESS_TRIES: '50' });
  console_ = await RelyingParty.of(service, 'console');
});

// No test suffers from the guesses of another.
beforeEach(() => service.query('DELETE FROM lock_outs; DELETE FROM familiar_places; DELETE FROM tries'));

const minutesLater = (minutes: number) =>
  service.query(
    `UPDATE lock_outs SET counted_at = counted_at - make_interval(secs => ${minutes * 60 + 1}), closed_until = closed_until - make_interval(secs => ${minutes * 60 + 1})`,
  );

const attempt = (mail: string, password: string, address: string): Promise<string> =>
  service
    .find(LogIn)
    .execute({ mail, password, address })
    .then(
      ({ kind }) => kind,
      (error: unknown) => {
        if (error instanceof TooManyTries) return 'refused';
        throw error;
      },
    );

const counted = (outcomes: readonly string[]) => ({
  evaluated: outcomes.filter(outcome => outcome !== 'refused').length,
  refused: outcomes.filter(outcome => outcome === 'refused').length,
});

/** Guesses, 50 at a time. */
async function guess(times: number, one: (number: number) => Promise<string>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let done = 0; done < times; done += 50)
    outcomes.push(...(await Promise.all(Array.from({ length: Math.min(50, times - done) }, (_, at) => one(done + at)))));
  return outcomes;
}

describe('guessing a password', () => {
  it('ends after five tries, before the password is looked at', async () => {
    const { browser, page } = await console_.begin();
    const login = loginOf('auditor');
    const answers = await Promise.all(Array.from({ length: 40 }, () => browser.submit(page, '/login', { mail: login, password: 'guess' })));
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter(status => status === 401).length, statuses.filter(status => status === 429).length]).toEqual([5, 35]);
    const refused = await browser.submit(page, '/login', { mail: login, password: demoPassword });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).toMatch(/请在 \d+ 秒后重试/);
    await minutesLater(1);
    expect((await browser.submit(page, '/login', { mail: login, password: demoPassword })).left).toBeDefined();
  });

  it('for an hour and a half, from 1,000 addresses, has at most 20 guesses evaluated', async () => {
    const mail = loginOf('finance_clerk');
    const outcomes: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const address = (number: number) => `198.51.${round}.${number}`;
      outcomes.push(...(await guess(50, number => attempt(mail, 'guess', address(number)))));
      await minutesLater(5);
    }
    const { evaluated, refused } = counted(outcomes);
    expect(evaluated + refused).toBe(1_000);
    expect(evaluated).toBeGreaterThanOrEqual(5);
    expect(evaluated).toBeLessThanOrEqual(20);
  });

  it('costs a pause that doubles up to a quarter of an hour, and never more', async () => {
    const mail = 'somebody@example.org';
    const pauses: number[] = [];
    for (let time = 0; time < 5; time += 1) await attempt(mail, 'guess', '203.0.113.1');
    for (let time = 0; time < 7; time += 1) {
      const [row] = await service.query<{ seconds: number }>(
        `SELECT round(extract(epoch FROM max(closed_until) - clock_timestamp()))::int AS seconds FROM lock_outs WHERE closed_until > now()`,
      );
      pauses.push(Math.round((row?.seconds ?? 0) / 60));
      await minutesLater(pauses.at(-1) ?? 0);
      expect(await attempt(mail, 'guess', '203.0.113.1')).toBe('wrong');
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });

  it('of many accounts from one address is slowed too, and leaves other addresses alone', async () => {
    const spray = (round: number) => guess(80, number => attempt(`person-${round}-${number}@example.org`, 'guess', '203.0.113.7'));
    expect(counted(await spray(0)).evaluated).toBe(50);
    expect(await attempt('another@example.org', 'guess', '203.0.113.8')).toBe('wrong');
    // Afterwards six a minute at the most, on the average.
    let evaluated = 0;
    for (let round = 1; round <= 5; round += 1) {
      await minutesLater(1);
      evaluated += counted(await spray(round)).evaluated;
    }
    expect(evaluated).toBeGreaterThan(0);
    expect(evaluated).toBeLessThanOrEqual(35);
  });

  it('does not close the door of the person itself, at the place it comes from', async () => {
    const mail = loginOf('committee_office');
    expect(await attempt(mail, demoPassword, '203.0.113.20')).toBe('welcome');
    await guess(60, number => attempt(mail, 'guess', `198.51.100.${number}`));
    expect(await attempt(mail, demoPassword, '198.51.100.99')).toBe('refused');
    expect(await attempt(mail, demoPassword, '203.0.113.20')).toBe('welcome');
    // Guesses from that very place are counted as strictly.
    expect(counted(await guess(50, () => attempt(mail, 'guess', '203.0.113.20'))).evaluated).toBe(5);
    await minutesLater(15);
    expect(await attempt(mail, demoPassword, '198.51.100.99')).toBe('welcome');
  });

  it('is not forgotten by a restart, and holds for every instance', async () => {
    await guess(6, () => attempt('restart@example.org', 'guess', '203.0.113.30'));
    const another = new LockOut(service.find(Database));
    await expect(another.refuseClosed('login-account', 'restart@example.org')).rejects.toThrow(TooManyTries);
    await expect(another.admit('login-account', 'restart@example.org', { free: 5, regainSeconds: 3_600 })).rejects.toThrow(TooManyTries);
  });

  it('does not lock out somebody who logs in rightly again and again', async () => {
    for (let time = 0; time < 7; time += 1) expect((await console_.logIn(loginOf('committee_office'))).access).toEqual(expect.any(String));
  });

  it('counts an IPv6 subscriber as one address, and keeps no address and no person in clear', async () => {
    const { browser, page } = await console_.begin();
    for (const end of ['1', '2'])
      await browser.submit(page, '/login', { mail: 'who@example.org', password: 'x' }, { 'x-forwarded-for': `2001:db8:1:2::${end}` });
    const rows = await service.query<{ text: string; tries: number }>(
      `SELECT encode(key, 'escape') AS text, round(tries) AS tries FROM lock_outs`,
    );
    expect(rows.map(({ tries }) => tries)).toEqual([2, 2]);
    expect(rows.map(({ text }) => text).join()).not.toMatch(/example|2001/);
  });
});

describe('whether an account exists', () => {
  const strangers = 'nobody@example.org';

  it('does not show in the answers', async () => {
    const { browser, page } = await console_.begin();
    const known = loginOf('auditor');
    const shown = async (mail: string) => {
      const pages: { status: number; text: string }[] = [];
      for (let time = 0; time < 6; time += 1) {
        const { status, text } = await browser.submit(page, '/login', { mail, password: 'guess' });
        pages.push({ status, text: text.replaceAll(mail, 'MAIL').replace(/\d+( 秒| seconds)/, 'N$1') });
      }
      return pages;
    };
    const pages = await shown(known);
    expect(pages.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await shown(strangers)).toEqual(pages);
  });

  it('does not show in their time', async () => {
    const known = loginOf('auditor');
    const timed = async (mail: string): Promise<number> => {
      const started = performance.now();
      await attempt(mail, 'guess', '203.0.113.40');
      return performance.now() - started;
    };
    const times = { known: [] as number[], unknown: [] as number[], refused: [] as number[] };
    for (let round = 0; round < 30; round += 1) {
      await service.query('DELETE FROM lock_outs');
      // In turn, so that whatever else the machine does falls on both alike.
      times.known.push(await timed(known));
      times.unknown.push(await timed(strangers));
      for (let time = 0; time < 5; time += 1)
        await service
          .find(LockOut)
          .admit('login-account', 'closed@example.org', { free: 1, regainSeconds: 60 })
          .catch(() => undefined);
      times.refused.push(await timed('closed@example.org'));
    }
    const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
    const [withAccount, without, refused] = [median(times.known), median(times.unknown), median(times.refused)];
    expect(withAccount / without).toBeGreaterThan(0.8);
    expect(withAccount / without).toBeLessThan(1.25);
    // A try without a hash is told from one with it by the same measurement.
    expect(refused / withAccount).toBeLessThan(0.7);
  });
});

describe('guessing the secret of a client', () => {
  const token = (secret: string, address: string, clientId = 'portal-210000') =>
    fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, 'x-forwarded-for': address },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'exhibition:read' }),
    });
  const right = demoSecretOf('portal-210000');

  it('ends after five tries from an address, with 429 and Retry-After; the portal itself goes on', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 7; time += 1) statuses.push((await token('guess', '203.0.113.50')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const refused = await token(right, '203.0.113.50');
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({
      error: 'temporarily_unavailable',
      error_description: expect.stringMatching(/again in \d+/),
    });
    expect((await token(right, '203.0.113.51')).status).toBe(200);
    expect((await token(demoSecretOf('portal-110000'), '203.0.113.50', 'portal-110000')).status).toBe(200);
    await minutesLater(1);
    expect((await token(right, '203.0.113.50')).status).toBe(200);
  });

  it('is no trouble to who asks for many tokens at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => token(right, '203.0.113.52')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

describe('one-time links', () => {
  it('are tried so often from an address and no more', async () => {
    const open = (address: string) =>
      fetch(`${service.url}/oidc/registration/01860000-0000-7000-8000-000000000001/1.guess`, { headers: { 'x-forwarded-for': address } });
    expect((await open('203.0.113.60')).status).toBe(404);
    await service.query('UPDATE tries SET tries = 600');
    const refused = await open('203.0.113.60');
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await open('203.0.113.61')).status).toBe(404);
  });
});

describe('checking passwords', () => {
  it('is refused when too many wait for it, and goes on afterwards', async () => {
    const passwords = service.find(Passwords);
    await passwords.fits('warm', undefined);
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => passwords.fits('guess', undefined)));
    const refused = outcomes.filter(outcome => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => reason instanceof TooBusy)).toBe(true);
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled').length).toBeGreaterThanOrEqual(100);
    expect(await passwords.fits('guess', undefined)).toBe(false);
  });
});
