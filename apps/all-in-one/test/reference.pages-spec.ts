import { demoPassword } from '@ciep/identity';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessibilityFaults, openBrowser } from '@ciep/testing/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

const groups = {
  en: [
    'Front ends: register, look around, apply, pay',
    'Portals: endorse, receive events',
    'Back office: plan, decide, collect',
    'Operators: clients, failures, audit',
  ],
  zh: ['前端应用：注册、浏览、参展、付款', '地区门户：推荐申请、接收事件', '组委会后台：筹备、审批、收款', '平台运维：客户端、故障、审计'],
};
const me = '#tag/identity-me/GET/v1/identity/me';
const wide = { width: 1400, height: 900 };
const narrow = { width: 390, height: 844 };
const patience = 120_000;

describe('the API reference', () => {
  let stage: InOneProcess;
  let browser: Browser;
  let page: Page;
  /** Everything that any page asked for, and what browsers complained about. */
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    [stage, browser] = await Promise.all([inOneProcess(), openBrowser()]);
    page = await open('/docs?lang=en' + me, { viewport: wide, colorScheme: 'light' });
  }, patience);
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  async function open(path: string, options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patience / 2);
    record(context);
    const opened = await context.newPage();
    await opened.goto(stage.url + path);
    return opened;
  }

  function record(context: BrowserContext): void {
    context.on('request', request => asked.push(request.url()));
    context.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    context.on('weberror', error => complaints.push(error.error().message));
  }

  const groupsOf = (opened: Page) => opened.getByRole('complementary').first().locator('a[href*="#tag-group/"]').allInnerTexts();

  it(
    'lists the tags by audience, operators last',
    async () => {
      await page.getByRole('link', { name: groups.en[3] ?? '', exact: true }).waitFor();
      expect(await groupsOf(page)).toEqual(groups.en);
    },
    patience,
  );

  it(
    'finds an operation by a word and by its path',
    async () => {
      await page.keyboard.press('Control+k');
      const results = page.getByRole('dialog').getByRole('option');
      for (const [words, found] of [
        ['take the booth back', '/v1/exhibition/applications/{id}/release'],
        ['/quotas/mine', '/v1/exhibition/editions/{editionId}/quotas/mine'],
      ] as const) {
        await page.getByRole('combobox', { name: 'Enter search query' }).fill(words);
        await results.filter({ hasText: found }).first().waitFor();
        expect((await results.allInnerTexts())[0]).toContain(found);
      }
      await page.keyboard.press('Escape');
    },
    patience,
  );

  it(
    'signs a person in, and sends requests with the token',
    async () => {
      const opened = page.waitForEvent('popup');
      await page.getByRole('button', { name: 'Authorize' }).first().click();
      const popup = await opened;
      await popup.locator('input[name=mail]').fill('shenzhen@demo.ciep.example');
      await popup.locator('input[name=password]').fill(demoPassword);
      const closed = popup.waitForEvent('close');
      await popup.locator('input[name=password]').press('Enter');
      await closed;
      await page.getByText('Access Token:').first().waitFor();
      await page
        .getByRole('button', { name: /Test Request/ })
        .first()
        .click();
      expect(await accessibilityFaults(page)).toEqual([]);
      const answered = page.waitForResponse(`${stage.url}/v1/identity/me`);
      await page.getByRole('button', { name: 'Send', exact: false }).first().click();
      const answer = await answered;
      expect(answer.status()).toBe(200);
      expect(await answer.json()).toMatchObject({ clientId: 'reference', account: { mail: 'shenzhen@demo.ciep.example' } });
      await page.getByRole('button', { name: 'Close Client' }).click();
    },
    patience,
  );

  it(
    'shows samples for four languages and no others',
    async () => {
      await page
        .getByRole('button', { name: /Shell Curl/ })
        .first()
        .click();
      const offered = await page.getByRole('option').allInnerTexts();
      expect(offered.sort()).toEqual(['Curl', 'Fetch', 'Requests', 'java.net.http']);
      await page.keyboard.press('Escape');
    },
    patience,
  );

  it(
    'has no serious fault of accessibility',
    async () => {
      expect(await accessibilityFaults(page)).toEqual([]);
    },
    patience,
  );

  it(
    'is in Chinese, readable in the dark and on a narrow screen',
    async () => {
      const chinese = await open('/docs?lang=zh', { viewport: narrow, colorScheme: 'dark' });
      await chinese.getByRole('heading', { level: 1, name: '大会平台接口' }).waitFor();
      await chinese.getByRole('button', { name: '授权' }).waitFor();
      expect(await accessibilityFaults(chinese)).toEqual([]);
      expect(await chinese.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      await chinese.setViewportSize(wide);
      await chinese.getByRole('link', { name: groups.zh[3] ?? '', exact: true }).waitFor();
      expect(await groupsOf(chinese)).toEqual(groups.zh);
      await chinese.evaluate(`location.hash = '${me}'`);
      await chinese.getByRole('link', { name: 'English' }).click();
      await chinese.waitForURL(`${stage.url}/docs?lang=en${me}`);
    },
    patience,
  );

  it(
    'leads to the document where scripts do not run',
    async () => {
      const plain = await open('/docs?lang=en', { javaScriptEnabled: false });
      expect(await plain.locator('noscript a').first().getAttribute('href')).toBe('/openapi.json');
      expect(await plain.locator('body').innerText()).not.toContain('Loading');
    },
    patience,
  );

  it('asked nothing of another origin, and broke no rule of its content security policy', () => {
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter(url => new URL(url).origin !== stage.url && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
