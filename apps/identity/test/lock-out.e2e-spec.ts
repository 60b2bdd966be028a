import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountQueries } from '../src/accounts/accounts.queries.js';
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

// The guesses of one test must not affect another.
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
  it('is locked after five tries, before the password is checked', async () => {
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

  it('for an hour and a half, from 1,000 addresses, gets at most 20 guesses evaluated', async () => {
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

  it('for many accounts from one address is slowed down too, without effect on other addresses', async () => {
    const spray = (round: number) => guess(80, number => attempt(`person-${round}-${number}@example.org`, 'guess', '203.0.113.7'));
    expect(counted(await spray(0)).evaluated).toBe(50);
    expect(await attempt('another@example.org', 'guess', '203.0.113.8')).toBe('wrong');
    // Then at most six a minute, on average.
    let evaluated = 0;
    for (let round = 1; round <= 5; round += 1) {
      await minutesLater(1);
      evaluated += counted(await spray(round)).evaluated;
    }
    expect(evaluated).toBeGreaterThan(0);
    expect(evaluated).toBeLessThanOrEqual(35);
  });

  it('does not lock out the real person at a known place', async () => {
    const mail = loginOf('committee_office');
    expect(await attempt(mail, demoPassword, '203.0.113.20')).toBe('welcome');
    await guess(60, number => attempt(mail, 'guess', `198.51.100.${number}`));
    expect(await attempt(mail, demoPassword, '198.51.100.99')).toBe('refused');
    expect(await attempt(mail, demoPassword, '203.0.113.20')).toBe('welcome');
    // Guesses from that place are counted as strictly.
    expect(counted(await guess(50, () => attempt(mail, 'guess', '203.0.113.20'))).evaluated).toBe(5);
    await minutesLater(15);
    expect(await attempt(mail, demoPassword, '198.51.100.99')).toBe('welcome');
  });

  it('stays counted after a restart, and for every instance', async () => {
    await guess(6, () => attempt('restart@example.org', 'guess', '203.0.113.30'));
    const another = new LockOut(service.find(Database));
    await expect(another.refuseClosed('login-account', 'restart@example.org')).rejects.toThrow(TooManyTries);
    await expect(another.admit('login-account', 'restart@example.org', { free: 5, regainSeconds: 3_600 })).rejects.toThrow(TooManyTries);
  });

  it('does not lock out a person with many successful logins', async () => {
    for (let time = 0; time < 7; time += 1) expect((await console_.logIn(loginOf('committee_office'))).access).toEqual(expect.any(String));
  });

  it('counts an IPv6 subscriber as one address, and stores neither addresses nor persons unhashed', async () => {
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

  it('is not visible in the answers', async () => {
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

  it('is not visible in the work', async () => {
    const passwords = service.find(Passwords) as unknown as Hashing;
    await attempt(strangers, 'guess', '203.0.113.39');
    const { oneOfFew } = passwords;
    let hashes = 0;
    passwords.oneOfFew = work => {
      hashes += 1;
      return oneOfFew.call(passwords, work);
    };
    const hashesOf = async (mail: string): Promise<[string, number]> => {
      const before = hashes;
      return [await attempt(mail, 'guess', '203.0.113.40'), hashes - before];
    };
    try {
      expect(await hashesOf(loginOf('auditor'))).toEqual(['wrong', 1]);
      expect(await hashesOf(strangers)).toEqual(['wrong', 1]);
      for (let time = 0; time < 5; time += 1) await attempt('closed@example.org', 'guess', '203.0.113.41');
      expect(await hashesOf('closed@example.org')).toEqual(['refused', 0]);
    } finally {
      passwords.oneOfFew = oneOfFew;
    }
    const account = await service.find(AccountQueries).credentialsOf(loginOf('auditor'));
    expect(costOf(account?.passwordHash)).toMatch(/^\$argon2id\$/);
    expect(costOf(await passwords.dummy)).toBe(costOf(account?.passwordHash));
  });
});

/** The steps of each password check, and the dummy hash for unknown accounts. */
interface Hashing {
  oneOfFew: (work: () => Promise<unknown>) => Promise<unknown>;
  readonly dummy: Promise<string> | undefined;
}
/** Algorithm, memory and passes: `$argon2id$v=19$m=19456,t=2,p=1`. */
const costOf = (hash = ''): string => hash.split('$').slice(0, 4).join('$');

describe('guessing the secret of a client', () => {
  const token = (secret: string, address: string, clientId = 'portal-210000') =>
    fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, 'x-forwarded-for': address },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'exhibition:read' }),
    });
  const right = demoSecretOf('portal-210000');

  it('is locked after five tries from an address, with 429 and Retry-After; the portal itself is unaffected', async () => {
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

  it('does not limit a client that requests many tokens at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => token(right, '203.0.113.52')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

describe('one-time links', () => {
  it('have a limit of tries per address', async () => {
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
  it('is refused if too many are waiting, and recovers afterwards', async () => {
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
