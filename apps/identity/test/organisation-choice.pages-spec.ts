import type { TestService } from '@ciep/testing';
import { openBrowser } from '@ciep/testing/browser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import type { Browser } from 'playwright-core';
import { FrontEnd, PageVisitor } from './page-visitor.factory.js';
import { firstPassword, type TestPerson } from './person.factory.js';
import { startProvider } from './relying-party.factory.js';
import { aPersonOfTwo, exhibitor, organizer, undertaker } from './several-organisations.factory.js';

let service: TestService;
let browser: Browser;
let front: FrontEnd;
let visitor: PageVisitor;
let person: TestPerson;

beforeAll(async () => {
  [service, browser] = await Promise.all([startProvider(), openBrowser()]);
  front = await FrontEnd.start(service);
});
beforeEach(async () => {
  [visitor, person] = [await PageVisitor.arrive(browser, service, front, 'en'), await aPersonOfTwo(service)];
});
afterEach(() => visitor.leave());
afterAll(async () => {
  await browser.close();
  await front.stop();
});

/** The application sends the person to log in; returns how it gets its token when the person is back. */
async function begin(parameters: Record<string, string> = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  await visitor.goToLogin({ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), ...parameters });
  return async () => {
    const code = new URL(visitor.page.url()).searchParams.get('code') ?? '';
    const answer = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'demo-spa',
        code,
        code_verifier: verifier,
        redirect_uri: front.callback,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const { organisation, roles } = decodeJwt(token);
    return { organisation, roles };
  };
}

const heading = () => visitor.page.innerText('h1');
const pressed = (name: string) => visitor.follow(() => visitor.page.getByRole('button', { name }).click());

describe('a person with several organisations', () => {
  it('logs in, chooses one, and switches to the other without a password', async () => {
    const first = await begin();
    await visitor.logIn(person.mail, firstPassword);
    expect(await visitor.said()).toMatchObject({
      title: 'Choose an organisation – CIEP',
      heading: 'Choose an organisation',
      language: 'en',
    });
    expect(await visitor.page.getByRole('button').allInnerTexts()).toEqual([
      'Liaohe Intelligent Equipment Ltd. (demo)\nAdministrator',
      'Zone undertaker (demo)\nZone undertaker',
      'Cancel',
    ]);
    await visitor.switchLanguage();
    expect(await heading()).toBe('选择单位');
    await visitor.switchLanguage();
    await pressed('Liaohe Intelligent Equipment Ltd. (demo) Administrator');
    expect(await heading()).toBe('Allow access');
    await visitor.send('/consent');
    expect(await first()).toEqual({ organisation: exhibitor, roles: ['organisation_admin'] });

    const second = await begin({ prompt: 'select_organisation' });
    expect(await heading()).toBe('Choose an organisation');
    await pressed('Zone undertaker (demo) Zone undertaker');
    await visitor.send('/consent');
    expect(await second()).toEqual({ organisation: undertaker, roles: ['zone_undertaker'] });

    const third = await begin();
    expect(await third()).toEqual({ organisation: undertaker, roles: ['zone_undertaker'] });
  });

  it('can do so by keyboard, and reload each page', async () => {
    const token = await begin();
    await visitor.logIn(person.mail, firstPassword);
    await visitor.page.reload();
    await visitor.page.keyboard.press('Tab');
    await visitor.page.keyboard.press('Tab');
    await visitor.follow(() => visitor.page.keyboard.press('Enter'));
    await visitor.page.reload();
    await visitor.send('/consent');
    expect(await token()).toEqual({ organisation: undertaker, roles: ['zone_undertaker'] });
  });

  it('cannot forge a choice', async () => {
    const token = await begin();
    await visitor.logIn(person.mail, firstPassword);
    await visitor.page.$eval('button.choice', (button, value) => button.setAttribute('value', value), organizer);
    await visitor.press('button.choice');
    expect(await visitor.said()).toMatchObject({ title: 'Error: Choose an organisation – CIEP', focus: 'refusal' });
    expect((await visitor.page.reload())?.status()).toBe(403);
    await pressed('Zone undertaker (demo) Zone undertaker');
    await visitor.send('/consent');
    expect(await token()).toEqual({ organisation: undertaker, roles: ['zone_undertaker'] });
  });

  it('finds an expired page after the back button', async () => {
    await begin();
    await visitor.logIn(person.mail, firstPassword);
    await pressed('Zone undertaker (demo) Zone undertaker');
    await visitor.send('/consent');
    await visitor.page.goBack();
    expect(await visitor.said()).toMatchObject({ title: 'Error: This page has expired – CIEP' });
  });
});
