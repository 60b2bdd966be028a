import { randomBytes, randomUUID } from 'node:crypto';
import { applicationConfirmed, verificationRequested } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { clientSecret, ServicesStandIn, urls } from './services.factory.js';
import { Mailbox } from './mailbox.factory.js';
import { confirmed, operator } from './notification.factory.js';

const path = '/v1/notification/development/mails';
let others: ServicesStandIn;
let development: TestService;
let production: TestService;

beforeAll(async () => {
  others = await ServicesStandIn.start();
  const mailbox = await Mailbox.start();
  const settings = { ...urls(others.url), NOTIFICATION_CLIENT_SECRET: clientSecret };
  development = await startService(notification, { settings, now: '2026-03-01T00:00:00Z' });
  production = await startService(notification, {
    settings: {
      ...settings,
      CIEP_PROFILE: 'production',
      CIEP_ISSUER: 'https://ciep.test/oidc',
      NOTIFICATION_SMTP_URL: mailbox.url,
      NOTIFICATION_SECRET_KEY: randomBytes(32).toString('base64'),
    },
  });
});

describe('the outbox in development', () => {
  it('shows sent mails, with their links, to anybody on the machine', async () => {
    const verificationId = randomUUID();
    const link = `https://portal.example/verify?token=${verificationId}`;
    others.verifications.set(verificationId, {
      mail: 'New.Account@portal.example',
      language: 'zh',
      link,
      purpose: 'registration',
      expiresAt: '2026-03-02T00:00:00Z',
    });
    await development.receive(verificationRequested, { verificationId, purpose: 'registration' });
    const organisationId = others.knows({ mail: 'exhibitor@portal.example', language: 'en' });
    await development.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await development.runJobs();

    const { status, body } = await development.anonymous.get(path, { query: { recipient: 'new.account@portal.example', count: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total: 1,
      items: [
        {
          recipient: 'new.account@portal.example',
          language: 'zh',
          template: 'identity.verification.requested.v1.verification.registration',
          subject: '请确认您的邮箱',
        },
      ],
    });
    expect(body.items[0].text).toContain(link);
    expect(body.items[0].messageId).toMatch(/^<[0-9a-f-]{36}\.[\w-]{22}@ciep\.example>$/);
    expect((await development.anonymous.get(`${path}/${body.items[0].id}`)).body).toEqual(body.items[0]);
    expect((await development.anonymous.get(path)).body.items).toHaveLength(2);
    expect((await development.anonymous.get(`${path}?language=en`)).body.items).toMatchObject([{ recipient: 'exhibitor@portal.example' }]);
    expect(
      (await development.anonymous.get(`${path}?template=identity.verification.requested.v1.verification.registration`)).body.items,
    ).toHaveLength(1);
    expect((await development.anonymous.get(`${path}?recipient=nobody@portal.example`)).body.items).toEqual([]);
  });

  it('refuses invalid queries', async () => {
    expect((await development.anonymous.get(`${path}?recipient=nobody`)).status).toBe(400);
    expect((await development.anonymous.get(`${path}/7`)).status).toBe(400);
    expect((await development.anonymous.get(`${path}/${randomUUID()}`)).status).toBe(404);
  });

  it('does not exist in production, even if it has mails', async () => {
    const id = randomUUID();
    await production.query(
      `INSERT INTO development_mails (id, message_id, mail_id, recipient, language, template, subject, body, sent_at) VALUES ($1, 'm', $1, 'a@portal.example', 'en', 't', 's', 'b', now())`,
      [id],
    );
    for (const api of [production.anonymous, production.as(operator())]) {
      expect(await api.get(path)).toMatchObject({ status: 404, body: { code: 'route.unknown' } });
      expect((await api.get(`${path}/${id}`)).status).toBe(404);
    }
  });
});
