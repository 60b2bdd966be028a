import { randomUUID } from 'node:crypto';
import { passwordRecoveryRequested } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import type { Api, TestService } from '@ciep/testing';
import { Admission } from '../src/accounts/admission.service.js';
import { Passwords } from '../src/accounts/passwords.service.js';
import { demoExhibitor } from '../src/identity.module.js';
import { Links } from '../src/registrations/links.service.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { notificationSecret, type RelyingParty } from './relying-party.factory.js';

/** The password of a new person. */
export const firstPassword = 'the first of several';
/** What the person chooses next. */
export const nextPassword = 'the second of several';

/** A person with an account of her own, of the demo exhibitor. */
export interface TestPerson {
  readonly id: string;
  readonly mail: string;
}

/** Opens an account. */
export async function aPerson(service: TestService, mail = `person-${randomUUID().slice(0, 8)}@example.org`): Promise<TestPerson> {
  const passwordHash = await service.find(Passwords).hash(firstPassword);
  const person = { mail, name: 'Person Example', phone: '+86 755 1234567', language: 'en' as const, passwordHash };
  const id = await service.find(Database).transaction(tx => service.find(Admission).admit(person, demoExhibitor, tx));
  return { id, mail };
}

/** Asks for a link for a forgotten password, from a network. */
export const askForLink = (service: TestService, mail: string, from = '203.0.113.1', more: object = {}): ReturnType<Api['post']> =>
  service.anonymous.post('/v1/identity/password-recoveries', { mail, ...more }, { headers: { 'x-forwarded-for': from } });

/** The recovery of a person, if there is one. */
export async function recoveryOf(service: TestService, { id }: TestPerson): Promise<{ id: string; links: number } | undefined> {
  const [row] = await service.query<{ id: string; links: number }>('SELECT id, links FROM password_recoveries WHERE account_id = $1', [id]);
  return row;
}

/** The mails that were ordered for a person's forgotten password. */
export async function mailsFor(service: TestService, person: TestPerson): Promise<number> {
  const recovery = await recoveryOf(service, person);
  const events = await service.events(passwordRecoveryRequested);
  return events.filter(({ passwordRecoveryId }) => passwordRecoveryId === recovery?.id).length;
}

/** A mailed link, in parts. */
export interface MailedLink {
  readonly id: string;
  readonly code: string;
  readonly url: string;
}

/** Asks for a link and returns the mailed one. */
export async function newLink(service: TestService, person: TestPerson, language: Language = 'en'): Promise<MailedLink> {
  await askForLink(service, person.mail, `2001:db8:${randomUUID().slice(0, 4)}:1::1`, { language });
  await service.runJobs();
  const recovery = await recoveryOf(service, person);
  if (!recovery) throw new Error(`${person.mail} got no link`);
  const url = await service.find(Links).address('password-recovery', recovery.id, recovery.links);
  return { id: recovery.id, code: url.split('/').at(-1) ?? '', url };
}

/** Chooses a new password by the API. */
export const complete = (
  service: TestService,
  { id, code }: Pick<MailedLink, 'id' | 'code'>,
  password = nextPassword,
): ReturnType<Api['post']> => service.anonymous.post(`/v1/identity/password-recoveries/${id}/complete`, { code, password }, { key: false });

/** A token of the notification service. */
export async function notificationToken({ url }: TestService): Promise<string> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`notification:${notificationSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'internal:read' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A person logs in with the first password; the whole flow, like a front end. */
export const logInAs = (party: RelyingParty, { mail }: Pick<TestPerson, 'mail'>, browser = new FetchBrowser(), password = firstPassword) =>
  party.logIn(mail, {}, browser, password);

/** A person asks for another mail address. */
export const askForMail = (service: TestService, token: string, mail: string, password = firstPassword): ReturnType<Api['post']> =>
  service.with(token).post('/v1/identity/me/mail-change', { mail, currentPassword: password }, { key: false });

/** The link that was mailed for a person's newest change of address. */
export async function mailLink(service: TestService, { id }: Pick<TestPerson, 'id'>): Promise<MailedLink> {
  const [row] = await service.query<{ id: string }>(
    'SELECT id FROM mail_changes WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1',
    [id],
  );
  if (!row) throw new Error('no change of the mail address was asked for');
  const url = await service.find(Links).address('mail-change', row.id, 1);
  return { id: row.id, code: url.split('/').at(-1) ?? '', url };
}

/** Presses the button behind a link to a new mail address. */
export const pressButton = (service: TestService, { url }: Pick<MailedLink, 'url'>): Promise<Response> =>
  fetch(url.replace(/^https?:\/\/[^/]+/, service.url), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
  });
