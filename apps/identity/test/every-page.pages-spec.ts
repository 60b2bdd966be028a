import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestService } from '@ciep/testing';
import { accessibilityFaults, openBrowser } from '@ciep/testing/browser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Response } from 'playwright-core';
import { everyPage } from './every-page.factory.js';
import { FrontEnd, PageVisitor } from './page-visitor.factory.js';
import { startProvider } from './relying-party.factory.js';

let service: TestService;
let browser: Browser;
let front: FrontEnd;
let visitor: PageVisitor;

beforeAll(async () => {
  [service, browser] = await Promise.all([
    startProvider({ IDENTITY_TRIES: '3', IDENTITY_SECOND_FACTOR_ROLES: 'finance_clerk' }),
    openBrowser(),
  ]);
  front = await FrontEnd.start(service);
});
afterEach(() => visitor.leave());
afterAll(async () => {
  await browser.close();
  await front.stop();
});

/** `npm run pictures` names a folder for them. */
const pictures = process.env['PICTURES'];

/** axe takes a second, so it looks at a page in one look for each language, and in all of them for the pictures. */
const looks = [
  { size: 'wide', width: 1280, colorScheme: 'light', axeIn: 'en' },
  { size: 'narrow', width: 360, colorScheme: 'dark', axeIn: 'zh' },
  { size: 'wide', width: 1280, colorScheme: 'dark', axeIn: undefined },
  { size: 'narrow', width: 360, colorScheme: 'light', axeIn: undefined },
] as const;

describe.each(['zh', 'en'] as const)('every page in %s', language => {
  const tag = { zh: 'zh-CN', en: 'en' }[language];

  it.each(Object.keys(everyPage))('%s', async name => {
    visitor = await PageVisitor.arrive(browser, service, front, language);
    const { page } = visitor;
    const pages: Response[] = [];
    page.on('response', response => response.request().isNavigationRequest() && pages.push(response));
    await everyPage[name]?.(visitor);
    expect(await page.getAttribute('html', 'lang')).toBe(tag);
    expect(pages.at(-1)?.headers()).toMatchObject({
      'cache-control': 'no-store',
      vary: expect.stringContaining('Accept-Language, Cookie'),
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'/),
    });
    for (const { size, width, colorScheme, axeIn } of looks) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect([size, await visitor.overflow(), await visitor.smallTargets()]).toEqual([size, 0, []]);
      if (pictures !== undefined || axeIn === language)
        expect([size, colorScheme, await accessibilityFaults(page)]).toEqual([size, colorScheme, []]);
      if (pictures === undefined) continue;
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}.${language}.${size}.${colorScheme}.png`), fullPage: true });
    }
    await visitor.switchLanguage();
    expect(await page.getAttribute('html', 'lang')).toBe(language === 'zh' ? 'en' : 'zh-CN');
  });
});
