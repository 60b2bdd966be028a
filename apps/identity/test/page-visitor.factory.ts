import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Language } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import * as oidc from 'openid-client';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { demoExhibitor, demoPassword } from '../src/identity.module.js';
import { InviteMembers } from '../src/invitations/invite-members.use-case.js';
import { RequestMailChange } from '../src/mail-changes/request-mail-change.use-case.js';
import { Links } from '../src/registrations/links.service.js';
import { aRegistration } from './identity.factory.js';
import { linkOf } from './members.factory.js';
import { aPerson, mailLink, newLink } from './person.factory.js';
import { loginOf } from './relying-party.factory.js';

/** The front end of the demo client `demo-spa`: a page that shows how it was called. */
export class FrontEnd {
  private constructor(
    private readonly server: Server,
    readonly home: string,
  ) {}

  get callback(): string {
    return `${this.home}callback`;
  }

  static async start(service: TestService): Promise<FrontEnd> {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Application</title><h1>The application</h1>');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const front = new FrontEnd(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await service.query(
      `UPDATE oauth_clients SET redirect_uris = ARRAY[$1], post_logout_redirect_uris = ARRAY[$2] WHERE client_id = 'demo-spa'`,
      [front.callback, front.home],
    );
    return front;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

/** A person with Chromium. */
export class PageVisitor {
  private constructor(
    readonly service: TestService,
    readonly front: FrontEnd,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly language: Language,
  ) {}

  /** Everybody has a new browser, which prefers the language. */
  static async arrive(browser: Browser, service: TestService, front: FrontEnd, language: Language): Promise<PageVisitor> {
    const context = await browser.newContext({ locale: language === 'zh' ? 'zh-CN' : 'en', viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(30_000);
    return new PageVisitor(service, front, context, await context.newPage(), language);
  }

  leave(): Promise<void> {
    return this.context.close();
  }

  /** Opens an address of identity. */
  open(path: string): Promise<Response | null> {
    return this.page.goto(path.startsWith('/') ? this.service.url + path : path);
  }

  /** Does what leads to another page, and waits for it. */
  async follow(act: () => Promise<unknown>): Promise<void> {
    await Promise.all([this.page.waitForEvent('load'), act()]);
  }

  /** The client sends the person to log in. */
  async goToLogin(differences: Record<string, string> = {}) {
    const query = new URLSearchParams({
      client_id: 'demo-spa',
      response_type: 'code',
      scope: 'openid profile identity:read identity:write exhibition:read exhibition:write',
      redirect_uri: this.front.callback,
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      state: randomBytes(8).toString('hex'),
      ...differences,
    });
    return this.open(`/oidc/auth?${query.toString()}`);
  }

  /** Fills in the login page and presses Enter. */
  async logIn(mail: string = loginOf('organisation_admin'), password: string = demoPassword): Promise<void> {
    await this.page.fill('#mail', mail);
    await this.page.fill('#password', password);
    await this.follow(() => this.page.press('#password', 'Enter'));
  }

  /** Enters a code on a page of the second factor. */
  async enterCode(code: string): Promise<void> {
    await this.page.fill('#code', code);
    await this.follow(() => this.page.press('#code', 'Enter'));
  }

  /** Presses a button or link. */
  press(selector: string): Promise<void> {
    return this.follow(() => this.page.click(selector));
  }

  /** Presses the button of the form that goes to a part of an address. */
  send(action: string): Promise<void> {
    return this.press(`form[action*="${action}"] button[type=submit]`);
  }

  /** From the application through login and consent back to it. */
  async logInAtApplication(): Promise<void> {
    await this.goToLogin();
    await this.logIn();
    if (this.page.url().startsWith(this.service.url)) await this.send('/consent');
  }

  /** Registers an organisation: the address of the mailed link. */
  async register(): Promise<{ id: string; link: string }> {
    const form = aRegistration({ contact: { language: this.language } });
    const { body } = await this.service.anonymous.post('/v1/identity/registrations', form);
    const { id } = body as { id: string };
    return { id, link: await this.service.find(Links).address('registration', id, 1) };
  }

  /** Somebody with an account has forgotten the password: the address of the mailed link, which the person opens. */
  async forget(): Promise<string> {
    const { url } = await newLink(this.service, await aPerson(this.service), this.language);
    await this.open(url);
    return url;
  }

  /** The demo exhibitor invites a mail address: the address of the mailed link. */
  async invite(mail: string): Promise<{ id: string; link: string }> {
    const { id: inviter } = await aPerson(this.service);
    const people = [{ mail, name: 'Invited Person', language: this.language, roles: ['organisation_member' as const] }];
    const round = { organisationId: demoExhibitor, own: demoExhibitor, inviter, people };
    const [outcome] = await this.service.find(Database).transaction(tx => this.service.find(InviteMembers).execute(round, tx));
    if (!outcome || 'refusal' in outcome) throw new Error(`${mail} was not invited`);
    return { id: outcome.id, link: (await linkOf(this.service, outcome.id)).url };
  }

  /** Fills in the page of an invitation and presses its button. */
  async join(phone = '+86 24 2345 6789'): Promise<void> {
    await this.page.fill('#phone', phone);
    await this.page.fill('#password', 'correct horse 电池');
    await this.send('/invitation/');
  }

  /** Somebody wants another mail address, or one that is taken: the address of the mailed link, which the person opens. */
  async changeMail(wish = `new-${randomBytes(4).toString('hex')}@a-rather-long-name-of-an-organisation.example.org`): Promise<string> {
    const { service, language } = this;
    const { id: accountId } = await aPerson(service);
    await service.query('UPDATE accounts SET language = $2 WHERE id = $1', [accountId, language]);
    const [row] = await service.query<{ provenHash: string }>('SELECT password_hash AS "provenHash" FROM accounts WHERE id = $1', [
      accountId,
    ]);
    const asked = { accountId, provenHash: row?.provenHash ?? '', mail: wish, askedBy: undefined, address: '203.0.113.1' };
    await service.find(Database).transaction(tx => service.find(RequestMailChange).execute(asked, tx));
    const { url } = await mailLink(service, { id: accountId });
    await this.open(url);
    return url;
  }

  /** Chooses a new password on the page behind the link. */
  async choosePassword(password: string): Promise<void> {
    await this.page.fill('#password', password);
    await this.send('/password-recovery/');
  }

  /** What a reader is told first. */
  async said(): Promise<{ title: string; heading: string; language: string | null; focus: string }> {
    return {
      title: await this.page.title(),
      heading: await this.page.innerText('h1'),
      language: await this.page.getAttribute('html', 'lang'),
      focus: await this.page.evaluate(() => document.activeElement?.id ?? ''),
    };
  }

  /** Presses the other language. */
  switchLanguage(): Promise<void> {
    return this.press('footer a, footer button');
  }

  /** How far the page reaches beyond the right edge of the window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** What can be pressed and is smaller than a finger: 44 pixels high. */
  smallTargets(): Promise<string[]> {
    return this.page.$$eval('a, button, input:not([type=hidden]):not([hidden])', elements =>
      elements.filter(element => element.getBoundingClientRect().height < 44).map(element => element.outerHTML),
    );
  }
}
