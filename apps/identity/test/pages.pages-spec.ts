import type { Language } from '@ciep/kernel';
import { PlatformSettings } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { openBrowser } from '@ciep/testing/browser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { everyPage } from './every-page.factory.js';
import { FrontEnd, PageVisitor } from './page-visitor.factory.js';
import { loginOf, startProvider } from './relying-party.factory.js';

let service: TestService;
let browser: Browser;
let front: FrontEnd;
const visitors: PageVisitor[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([
    startProvider({ IDENTITY_TRIES: '3', IDENTITY_SECOND_FACTOR_ROLES: 'finance_clerk' }),
    openBrowser(),
  ]);
  front = await FrontEnd.start(service);
});
afterEach(() => Promise.all(visitors.splice(0).map(visitor => visitor.leave())));
afterAll(async () => {
  await browser.close();
  await front.stop();
});

async function arrive(language: Language = 'en'): Promise<PageVisitor> {
  const visitor = await PageVisitor.arrive(browser, service, front, language);
  visitors.push(visitor);
  return visitor;
}

/** The methods of the requests for pages while something is done. */
async function requestsDuring(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  const methods: string[] = [];
  const note = (request: { method(): string; isNavigationRequest(): boolean }) =>
    request.isNavigationRequest() && methods.push(request.method());
  page.on('request', note);
  await act();
  page.off('request', note);
  return methods;
}

const platformsOwn = (): string => new URL('/docs', service.find(PlatformSettings).issuer).href;
const exhibitor = loginOf('organisation_admin');

describe('the login', () => {
  it('needs a keyboard only', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.goToLogin();
    expect(await visitor.said()).toEqual({ title: 'Log in – CIEP', heading: 'Log in', language: 'en', focus: 'mail' });
    await page.keyboard.type(exhibitor);
    await page.keyboard.press('Tab');
    await page.keyboard.type('ciep-demo-2026');
    await visitor.follow(() => page.keyboard.press('Enter'));
    expect(await page.innerText('h1')).toBe('Allow access');
    await page.keyboard.press('Tab');
    await visitor.follow(() => page.keyboard.press('Enter'));
    expect(new URL(page.url()).searchParams.get('code')).toEqual(expect.any(String));
  });

  it('says that the password is wrong where it is typed again, and keeps the mail address', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.goToLogin();
    await visitor.logIn('nobody-at-all@example.org', 'a wrong password');
    expect(await visitor.said()).toMatchObject({ title: 'Error: Log in – CIEP', focus: 'password' });
    expect([await page.inputValue('#mail'), await page.inputValue('#password')]).toEqual(['nobody-at-all@example.org', '']);
    for (const field of ['#mail', '#password'])
      expect([await page.getAttribute(field, 'aria-invalid'), await page.getAttribute(field, 'aria-describedby')]).toEqual([
        'true',
        'refusal',
      ]);
    expect([await page.innerText('#refusal'), await page.getAttribute('#refusal', 'role')]).toEqual([
      'Mail address or password is wrong.',
      'alert',
    ]);
  });

  it('does not send the password again when its page is reloaded, and counts no other try', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.goToLogin();
    await visitor.logIn('reloading@example.org', 'a wrong password');
    const counted = () => service.query(`SELECT sum(round(tries)) AS tries FROM lock_outs`);
    const before = await counted();
    expect(await requestsDuring(page, () => page.reload())).toEqual(['GET']);
    expect(await counted()).toEqual(before);
    expect(await visitor.said()).toMatchObject({ title: 'Error: Log in – CIEP', focus: 'password' });
  });

  it('says how long to wait', async () => {
    const visitor = await arrive();
    await visitor.goToLogin();
    for (let time = 0; time < 4; time += 1) await visitor.logIn('waiting@example.org', 'a wrong password');
    expect(await visitor.said()).toMatchObject({ title: 'Error: Log in – CIEP', focus: 'refusal' });
    const answer = await visitor.page.reload();
    expect([answer?.status(), Number(answer?.headers()['retry-after']) > 0]).toEqual([429, true]);
    expect(await visitor.page.innerText('#refusal')).toMatch(/try again in \d+ seconds/);
  });

  it('leads back to the application', async () => {
    const visitor = await arrive();
    await visitor.goToLogin();
    await visitor.send('/abort');
    expect(visitor.page.url()).toMatch(`${front.callback}?error=access_denied`);
  });

  it('offers the application after the back button and a reload, when it is over', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.logInAtApplication();
    expect(page.url()).toContain(front.callback);
    for (const leave of [() => page.goBack(), () => page.reload()]) {
      expect(await requestsDuring(page, leave)).toEqual(['GET']);
      expect(await visitor.said()).toMatchObject({ title: 'Error: This page has expired – CIEP', focus: 'refusal' });
      expect(await page.getAttribute('a.button', 'href')).toBe(front.home);
    }
    await visitor.press('a.button');
    expect([page.url(), await page.innerText('h1')]).toEqual([front.home, 'The application']);
  });
});

describe('the language', () => {
  it('changes on the login page without losing the mail address, and keeps no password', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.goToLogin();
    await page.fill('#mail', 'half typed');
    await page.fill('#password', 'a secret');
    await visitor.switchLanguage();
    expect(await visitor.said()).toEqual({ title: '登录 – CIEP', heading: '登录', language: 'zh-CN', focus: 'password' });
    expect([await page.inputValue('#mail'), await page.inputValue('#password')]).toEqual(['half typed', '']);
    const rows = await service.query<{ text: string }>('SELECT payload::text AS text FROM oidc_payloads');
    const stored = rows.map(({ text }) => text).join('\n');
    expect([stored.includes('half typed'), stored.includes('a secret')]).toEqual([true, false]);
  });

  it('changes without losing the refusal', async () => {
    const visitor = await arrive('zh');
    await visitor.goToLogin();
    await visitor.logIn('somebody@example.org', 'a wrong password');
    expect(await visitor.said()).toMatchObject({ title: '错误：登录 – CIEP', focus: 'password' });
    await visitor.switchLanguage();
    expect(await visitor.said()).toMatchObject({ title: 'Error: Log in – CIEP', language: 'en', focus: 'password' });
    expect(await visitor.page.inputValue('#mail')).toBe('somebody@example.org');
  });

  it('is remembered for later pages, whatever the client and the browser prefer', async () => {
    const visitor = await arrive();
    await visitor.open('/oidc/session/end/success');
    await visitor.switchLanguage();
    expect(visitor.page.url()).toBe(`${service.url}/oidc/session/end/success`);
    await visitor.goToLogin({ ui_locales: 'en' });
    expect(await visitor.page.innerText('h1')).toBe('登录');
    await visitor.open((await visitor.register()).link);
    expect(await visitor.page.innerText('h1')).toBe('验证邮箱');
    const [cookie] = (await visitor.context.cookies()).filter(({ name }) => name === 'ciep_language');
    expect(cookie).toMatchObject({ value: 'zh', path: '/oidc', httpOnly: true, sameSite: 'Lax', secure: false });
    expect(((cookie?.expires ?? 0) - Date.now() / 1_000) / 86_400).toBeCloseTo(365, 0);
  });

  it('changes where a page has parameters, and leads nowhere else', async () => {
    const visitor = await arrive();
    await visitor.open('/oidc/session/end?client_id=demo-spa&state=a%20b&lang=zh');
    expect(visitor.page.url()).toBe(`${service.url}/oidc/session/end?client_id=demo-spa&state=a%20b`);
    expect(await visitor.page.innerText('h1')).toBe('退出登录');
    for (const path of ['/oidc//evil.example/?lang=en', '/oidc/%2f%2fevil.example?lang=en']) {
      const { headers } = await fetch(service.url + path, { redirect: 'manual' });
      expect(new URL(headers.get('location') ?? '', service.url).origin).toBe(service.url);
    }
  });
});

describe('a page leads', () => {
  const leadsTo = (visitor: PageVisitor) => visitor.page.getAttribute('a.button', 'href');

  it('to a registered address of the client only, whatever the request says', async () => {
    const visitor = await arrive();
    await visitor.goToLogin({ redirect_uri: 'https://evil.example/callback' });
    expect([await visitor.page.innerText('a.button'), await leadsTo(visitor)]).toEqual([
      'Back to Third-party front-end (demo)',
      front.home,
    ]);
  });

  it('to the front end of the platform from an unknown or disabled client', async () => {
    const visitor = await arrive();
    await visitor.goToLogin({ client_id: 'nobody' });
    expect([await visitor.page.innerText('a.button'), await leadsTo(visitor)]).toEqual(['Go to API reference', platformsOwn()]);
    await visitor.context.addCookies([{ name: 'ciep_client', value: 'https://evil.example', url: `${service.url}/oidc/` }]);
    await visitor.open('/oidc/interaction/none');
    expect(await leadsTo(visitor)).toBe(platformsOwn());
    await visitor.goToLogin();
    await service.query(`UPDATE oauth_clients SET status = 'disabled' WHERE client_id = 'demo-spa'`);
    await visitor.open('/oidc/interaction/none');
    await service.query(`UPDATE oauth_clients SET status = 'active' WHERE client_id = 'demo-spa'`);
    expect(await leadsTo(visitor)).toBe(platformsOwn());
  });

  it('nowhere if no front end is registered', async () => {
    const visitor = await arrive();
    await service.query(`UPDATE oauth_clients SET status = 'disabled' WHERE cardinality(redirect_uris) > 0`);
    await visitor.open('/oidc/interaction/none');
    await service.query(`UPDATE oauth_clients SET status = 'active'`);
    expect(await visitor.page.$('a.button')).toBeNull();
    expect(await visitor.page.innerText('#refusal')).toContain('Go back to the application');
  });
});

describe('the page behind the mailed link', () => {
  it('leads to the login, and confirms once', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    const { link } = await visitor.register();
    await visitor.open(link);
    await page.fill('#password', 'correct horse battery');
    await visitor.send('/registration/');
    expect([await page.innerText('h1'), await page.innerText('a.button')]).toEqual(['Registration complete', 'Log in now']);
    expect(await requestsDuring(page, () => page.reload())).toEqual(['GET']);
    expect(await page.innerText('h1')).toBe('Registration complete');
    expect(await requestsDuring(page, () => page.goBack())).toEqual(['GET']);
    expect([await page.innerText('#refusal'), await page.innerText('a.button')]).toEqual([
      'This link has been used already; you can log in.',
      'Log in now',
    ]);
    expect(await page.getAttribute('a.button', 'href')).toBe(platformsOwn());
  });

  it('says that it is not done before it is', async () => {
    const visitor = await arrive();
    await visitor.open(`${(await visitor.register()).link}/done`);
    expect(await visitor.page.innerText('h1')).toBe('Verify your mail address');
  });

  it('asks again for a password that is too short', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await everyPage['registration-short-password']?.(visitor);
    expect(await visitor.said()).toMatchObject({ title: 'Error: Verify your mail address – CIEP', focus: 'password' });
    expect([await page.getAttribute('#password', 'aria-describedby'), await page.inputValue('#password')]).toEqual(['refusal rule', '']);
  });

  it('mails a new link if the old one has expired', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await everyPage['registration-mail-sent']?.(visitor);
    expect(await page.innerText('h1')).toBe('Check your mail');
    const id = new URL(page.url()).pathname.split('/')[3];
    const links = () => service.query('SELECT links FROM registrations WHERE id = $1', [id]);
    expect(await links()).toEqual([{ links: 2 }]);
    expect(await requestsDuring(page, () => page.reload())).toEqual(['GET']);
    expect(await links()).toEqual([{ links: 2 }]);
    await page.goBack();
    expect(await page.innerText('#refusal')).toContain('A newer link has been mailed');
  });
});

describe('the logout', () => {
  it('leads to the application, survives a reload, and is over when one goes back', async () => {
    const visitor = await arrive();
    const { page } = visitor;
    await everyPage['logged-out']?.(visitor);
    for (const stay of [() => Promise.resolve(), () => page.reload()]) {
      await stay();
      expect([await page.innerText('[role=status]'), await page.getAttribute('a.button', 'href')]).toEqual([
        'You are logged out.',
        front.home,
      ]);
    }
    await page.goBack();
    expect(await page.innerText('main p')).toContain('You are not logged in any more.');
    await visitor.send('/session/end/confirm');
    expect(await page.innerText('[role=status]')).toBe('You are logged out.');
  });

  it('works from a second tab whose question is older than the logout', async () => {
    const visitor = await arrive();
    await everyPage['logout']?.(visitor);
    const second = await visitor.context.newPage();
    await second.goto(visitor.page.url());
    await Promise.all([second.waitForEvent('load'), second.click('button[name=logout]')]);
    await visitor.press('button[name=logout]');
    expect(await visitor.page.innerText('[role=status]')).toBe('You are logged out.');
  });

  it('says so if the person stays', async () => {
    const visitor = await arrive();
    await everyPage['logout-declined']?.(visitor);
    expect(await visitor.page.innerText('[role=status]')).toBe('You are still logged in.');
  });
});
