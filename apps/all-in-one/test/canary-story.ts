import { randomBytes, randomInt } from 'node:crypto';
import { Caller, until, type Exchange } from '../../../tools/tour/caller.js';
import { inventedCreditCode } from '../../../tools/tour/fresh-organisation.js';
import { logIn, openSession } from '../../../tools/tour/log-in.js';
import { Story, type Application, type Versioned } from '../../../tools/tour/story.js';
import type { WebhookReceiver } from '../../../tools/tour/webhook-receiver.js';
import type { Wanted } from './searchable-data.js';

/** A unique value, and the only places where it may be stored. */
export interface Canary extends Wanted {
  readonly home: readonly string[];
}

/** Stored answers for an Idempotency-Key contain the answer for a day: docs/security.md#personal-data. */
const storedAnswers = (service: string) => [`${service}.idempotency_keys.body`];

/** The booking story of a person whose personal data and secrets are all unique values. */
export class CanaryStory {
  private readonly mark = randomBytes(6).toString('hex');
  private readonly digits = () => String(randomInt(10_000_000, 99_999_999));
  private readonly found: Canary[] = [];
  private readonly story: Story;
  /** Every problem response of the story. */
  readonly problems: string[] = [];
  /** The application's id, which is in events and not personal. */
  applicationId = '';

  /** `hook` is the address of the webhook receiver. */
  constructor(
    private readonly url: string,
    private readonly receiver: WebhookReceiver,
    private readonly hook: string,
  ) {
    this.story = new Story(url, exchange => this.watch(exchange));
  }

  private watch({ status, received }: Exchange): void {
    if (status >= 400) this.problems.push(JSON.stringify(received));
  }

  /** Plays the story, mistakes included, and returns the values to search for. */
  async play(): Promise<readonly Canary[]> {
    const mail = this.noted('mail address', `canary-${this.mark}@example.org`, [
      'identity.organisations.contact_mail',
      'identity.accounts.mail',
      'identity.accounts.mail_key',
      'identity.registrations.mail',
      'identity.registrations.mail_key',
      'identity.mail_changes.previous_mail',
      // What was typed on the login page, for a quarter of an hour.
      'identity.oidc_payloads.payload',
      'notification.development_mails.recipient',
      'notification.development_mails.body',
      ...storedAnswers('identity'),
    ]);
    const password = this.noted('password', `a secret word ${this.mark}`, []);
    await this.register(mail, password);
    const recovered = await this.recover(mail);
    const changed = await this.change(mail, recovered);
    const exhibitor = await this.logIn(await this.move(mail, changed), changed);
    this.applicationId = await this.apply(exhibitor);
    await this.letItBeSeen(exhibitor, this.applicationId);
    await this.keepSecrets(exhibitor);
    return this.found;
  }

  private noted(what: string, value: string, home: readonly string[]): string {
    this.found.push({ what, value, home });
    return value;
  }

  private async register(mail: string, password: string): Promise<void> {
    const { anyone } = this.story;
    const home = (column: string) => [
      `identity.organisations.contact_${column}`,
      `identity.accounts.${column}`,
      `identity.registrations.${column}`,
      'notification.development_mails.body',
      ...storedAnswers('identity'),
    ];
    const contact = {
      name: this.noted('name', `Canary Person ${this.mark}`, home('name')),
      phone: this.noted('phone', `+86 755 ${this.digits()}`, home('phone')),
      mail,
      language: 'en',
    };
    const form = {
      origin: 'mainland',
      name: { zh: `金丝雀有限公司`, en: `Canary Works` },
      creditCode: inventedCreditCode(),
      kind: 'specialised_new_enterprise',
      regionCode: '210000',
      contact,
      password,
    };
    // Mistakes: personal values in the wrong field, or refused themselves.
    for (const wrong of [
      { ...form, kind: contact.name, regionCode: contact.phone, origin: mail },
      { ...form, contact: { ...contact, mail: `${mail} `, phone: `${contact.phone}x` } },
      { ...form, password: { value: password }, contact: { ...contact, language: password } },
    ])
      await anyone.post('/v1/identity/registrations', wrong, { expect: [422] });
    await anyone.get(`/v1/conference/editions/current?lang=${encodeURIComponent(mail)}`, { expect: [400] });
    await anyone.post('/v1/identity/registrations', form);
    const { text } = await this.story.mailTo(mail, () => true);
    const link = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '');
    const code = this.noted('one-time code', link.pathname.split('/').at(-1) ?? '', ['notification.development_mails.body']);
    await fetch(`${link.href.slice(0, -4)}AAAA`);
    await fetch(`${link.href}?again=${code}`);
    await fetch(link, { method: 'POST', body: new URLSearchParams({ password: 'short' }) });
    await fetch(link, { method: 'POST', body: new URLSearchParams({ password }) });
    // Another registration with the same mail address gets a mail that says so.
    await anyone.post('/v1/identity/registrations', { ...form, creditCode: inventedCreditCode() }, { expect: [201, 202, 409] });
  }

  /** Forgets the password and chooses another, mistakes included. */
  private async recover(mail: string): Promise<string> {
    const { anyone } = this.story;
    const chosen = this.noted('recovered password', `a remembered word ${this.mark}`, []);
    await anyone.post('/v1/identity/password-recoveries', { mail, language: mail }, { expect: [422] });
    await anyone.post('/v1/identity/password-recoveries', { mail, language: 'en' }, { expect: [204] });
    const { text } = await this.story.mailTo(mail, ({ template }) => template.includes('password_recovery'));
    const [id = '', code = ''] = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '').pathname.split('/').slice(-2);
    this.noted('code of the recovery', code, ['notification.development_mails.body']);
    const path = `/v1/identity/password-recoveries/${id}/complete`;
    await anyone.post(path, { code: `${code}x`, password: chosen }, { expect: [404] });
    await anyone.post(path, { code, password: mail }, { expect: [422] });
    await anyone.post(path, { code, password: chosen }, { expect: [204] });
    await anyone.post(path, { code, password: chosen }, { expect: [410] });
    return chosen;
  }

  /** Changes the password, mistakes included. */
  private async change(mail: string, present: string): Promise<string> {
    const chosen = this.noted('changed password', `a better word ${this.mark}`, []);
    const { tokens } = await openSession(this.url, mail, present);
    const person = new Caller(
      this.url,
      'canary',
      exchange => this.watch(exchange),
      () => Promise.resolve(tokens.access_token),
    );
    await person.put('/v1/identity/me/password', { currentPassword: chosen, password: chosen }, { expect: [422] });
    await person.put('/v1/identity/me/password', { currentPassword: present, password: chosen }, { expect: [204] });
    return chosen;
  }

  /** Changes the mail address and the profile, mistakes included, and looks at the sessions. */
  private async move(mail: string, password: string): Promise<string> {
    const wish = this.noted('new mail address', `moved-${this.mark}@example.org`, [
      'identity.accounts.mail',
      'identity.accounts.mail_key',
      'identity.mail_changes.mail',
      'identity.mail_changes.mail_key',
      'identity.oidc_payloads.payload',
      'notification.development_mails.recipient',
      ...storedAnswers('identity'),
    ]);
    const name = this.noted('new name', `Moved Person ${this.mark}`, [
      'identity.accounts.name',
      'notification.development_mails.body',
      ...storedAnswers('identity'),
    ]);
    const { tokens } = await openSession(this.url, mail, password);
    const person = new Caller(
      this.url,
      'canary',
      exchange => this.watch(exchange),
      () => Promise.resolve(tokens.access_token),
    );
    const me = '/v1/identity/me';
    await person.get(`${me}/sessions`);
    const { body } = await person.get<Versioned>(me);
    await person.patch(me, { name: `${name}\n` }, { ifMatch: body.version, expect: [422] });
    await person.patch(me, { name }, { ifMatch: body.version });
    await person.post(`${me}/mail-change`, { mail: wish, currentPassword: wish }, { expect: [422] });
    await person.post(`${me}/mail-change`, { mail: `${wish}\n`, currentPassword: password }, { expect: [422] });
    await person.post(`${me}/mail-change`, { mail: wish, currentPassword: password }, { expect: [204] });
    const { text } = await this.story.mailTo(wish, ({ template }) => template.includes('mail_change'));
    const link = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '');
    this.noted('code of the mail change', link.pathname.split('/').at(-1) ?? '', ['notification.development_mails.body']);
    await fetch(link);
    await fetch(link, { method: 'POST', body: new URLSearchParams() });
    return wish;
  }

  private async logIn(mail: string, password: string): Promise<Caller> {
    const wrong = this.noted('mistyped password', `mistyped word ${this.mark}`, []);
    await logIn(this.url, mail, wrong).catch(() => undefined);
    const session = await openSession(this.url, mail, password);
    const { access_token: access, refresh_token: refresh = '', id_token: id } = session.tokens;
    // The signature is unique to each token.
    this.noted('access token', access.split('.')[2] ?? '', []);
    this.noted('ID token', id.split('.')[2] ?? '', []);
    this.noted('refresh token', refresh, []);
    const caller = new Caller(
      this.url,
      'canary',
      exchange => this.watch(exchange),
      () => Promise.resolve(access),
    );
    await caller.get(`/v1/exhibition/applications?access_token=${access}`, { expect: [400] });
    await fetch(`${this.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: `${refresh}x`,
        client_id: 'console',
        client_secret: refresh,
      }),
    });
    return caller;
  }

  private async apply(exhibitor: Caller): Promise<string> {
    const { story } = this;
    const home = ['exhibition.applications.contact', 'exhibition.agreements.texts', ...storedAnswers('exhibition')];
    const contact = {
      name: this.noted('name on the application', `Booth Canary ${this.mark}`, home),
      phone: this.noted('phone on the application', `+86 24 ${this.digits()}`, home),
      mail: this.noted('mail on the application', `booth-${this.mark}@example.org`, home),
    };
    const { booths, ...place } = await story.lookAround('210000');
    const { body: draft } = await exhibitor.post<Application>('/v1/exhibition/applications', {
      ...place,
      areaType: 'enterprise',
      regionCode: '210000',
    });
    const path = `/v1/exhibition/applications/${draft.id}`;
    const wrong = { ...story.form, contact: { ...contact, phone: `${contact.phone}x` }, wishedBoothType: contact.name };
    await exhibitor.patch(path, wrong, { ifMatch: draft.version, expect: [422] });
    const { body: complete } = await exhibitor.patch<Application>(path, { ...story.form, contact }, { ifMatch: draft.version });
    await exhibitor.post(`${path}/submit`, {}, { ifMatch: complete.version });
    await story.endorse(story.portal('210000'), { id: draft.id, editionId: place.editionId });
    await story.decide(exhibitor, draft.id, booths);
    await story.agree(exhibitor, draft.id);
    await story.pay(exhibitor, draft.id);
    await story.untilStatus(exhibitor, draft.id, 'confirmed', 40);
    return draft.id;
  }

  /** Staff search for people by name, write notes about them, and record payments. */
  private async letItBeSeen(exhibitor: Caller, id: string): Promise<void> {
    const { shenzhen, finance } = this.story;
    const name = this.found.find(({ what }) => what === 'name on the application')?.value ?? '';
    await shenzhen.get(`/v1/exhibition/applications?q=${encodeURIComponent(name)}`);
    await shenzhen.get(`/v1/exhibition/applications/export.csv`);
    const text = this.noted('note about somebody', `Called Canary ${this.mark} at home.`, [
      'exhibition.application_notes.text',
      ...storedAnswers('exhibition'),
    ]);
    await shenzhen.post(`/v1/exhibition/applications/${id}/notes`, { text });
    await finance.post('/v1/billing/payments', {
      account: '0000000000000000000',
      statementNumber: this.mark,
      receivedOn: new Date().toISOString().slice(0, 10),
      amount: { amount: 1, currency: 'CNY' },
      reference: `from ${this.mark}`,
      payer: this.noted('payer', `Payer Canary ${this.mark}`, ['billing.payments.payer', ...storedAnswers('billing')]),
    });
    await exhibitor.get(`/v1/billing/invoices?q=${encodeURIComponent(name)}`);
  }

  private async keepSecrets(exhibitor: Caller): Promise<void> {
    const { body: webhook } = await exhibitor.post<{ id: string; secret: string }>('/v1/notification/webhooks', {
      url: this.hook,
      eventTypes: ['ciep.exhibition.application.confirmed.v1'],
    });
    this.noted('webhook secret', webhook.secret, []);
    this.receiver.trust(webhook.secret);
    this.noted('webhook secret without its prefix', webhook.secret.replace('whsec_', ''), []);
    await exhibitor.post(`/v1/notification/webhooks/${webhook.id}/ping`);
    const admin = this.story.employee('admin');
    const { body: clients } = await admin.get<{ items: (Versioned & { clientId: string })[] }>('/v1/identity/clients?limit=200');
    const client = clients.items.find(one => JSON.stringify(one).includes('portal-650000'));
    if (!client) throw new Error('there is no portal of 650000');
    const { body: rotated } = await admin.post<{ secret: string }>(
      `/v1/identity/clients/${client.id}/rotate-secret`,
      { overlapHours: 1 },
      { ifMatch: client.version },
    );
    this.noted('client secret', rotated.secret, []);
    await until('the delivery of the ping', async () => {
      const { body } = await exhibitor.get<{ items: { attempts: number }[] }>(`/v1/notification/webhooks/${webhook.id}/deliveries`);
      return body.items.find(({ attempts }) => attempts > 0);
    });
  }
}
