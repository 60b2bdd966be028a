import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoPassword } from '../src/identity.module.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;

beforeAll(async () => {
  service = await startProvider({ IDENTITY_TRIES_PER_MINUTE: '5', IDENTITY_ADDRESS_TRIES_PER_MINUTE: '400' });
  console_ = await RelyingParty.of(service, 'console');
});

const minuteLater = () => service.query(`UPDATE tries SET since = since - interval '61 seconds'`);

describe('guessing a password', () => {
  it('ends after five tries in a minute, before the password is looked at', async () => {
    const { browser, page } = await console_.begin();
    const login = loginOf('auditor');
    const started = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => browser.submit(page, '/login', { mail: login, password: 'guess' })),
    );
    expect(Date.now() - started).toBeLessThan(10_000);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter(status => status === 401)).toHaveLength(5);
    expect(statuses.filter(status => status === 429)).toHaveLength(95);
    const refused = await browser.submit(page, '/login', { mail: login, password: demoPassword });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).toMatch(/请在 \d+ 秒后重试/);
    await minuteLater();
    expect((await browser.submit(page, '/login', { mail: login, password: demoPassword })).left).toBeDefined();
  });

  it('of an unknown person looks the same', async () => {
    const { browser, page } = await console_.begin();
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1)
      statuses.push((await browser.submit(page, '/login', { mail: 'nobody@example.org', password: 'guess' })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('does not lock out somebody who logs in rightly again and again', async () => {
    for (let time = 0; time < 7; time += 1) expect((await console_.logIn(loginOf('committee_office'))).access).toEqual(expect.any(String));
  });

  it('over many accounts from one address ends too, and leaves other addresses alone', async () => {
    await minuteLater();
    const { browser, page } = await console_.begin();
    const guess = (number: number, address: string) =>
      browser.submit(page, '/login', { mail: `person-${number}@example.org`, password: 'guess' }, { 'x-forwarded-for': address });
    await service.query(`DELETE FROM tries`);
    await guess(0, '203.0.113.7');
    await service.query(`UPDATE tries SET tries = 400`);
    expect((await guess(1, '203.0.113.7')).status).toBe(429);
    expect((await guess(2, '198.51.100.2, 203.0.113.7')).status).toBe(429);
    expect((await guess(3, '203.0.113.8')).status).toBe(401);
  });

  it('keeps no address and no person in clear', async () => {
    const rows = await service.query<{ text: string }>(`SELECT encode(key, 'escape') AS text FROM tries`);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ text }) => text).join()).not.toMatch(/example|203\.0/);
  });
});
