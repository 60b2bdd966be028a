import { randomBytes, randomUUID } from 'node:crypto';
import { applicationConfirmed, verificationRequested } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { clientSecret, IdentityStandIn } from './identity.factory.js';
import { Mailbox } from './mailbox.factory.js';
import { confirmed, operator } from './notification.factory.js';

const path = '/v1/notification/development/mails';
let identity: IdentityStandIn;
let development: TestService;
let production: TestService;

beforeAll(async () => {
  identity = await IdentityStandIn.start();
  const mailbox = await Mailbox.start();
  const settings = { IDENTITY_URL: identity.url, NOTIFICATION_CLIENT_SECRET: clientSecret };
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

describe('the outbox of a development machine', () => {
  it('shows what was mailed, with its link, to anybody on the machine', async () => {
    const verificationId = randomUUID();
    const link = `https://portal.example/verify?token=${verificationId}`;
    identity.verifications.set(verificationId, {
      mail: 'New.Account@portal.example',
      language: 'zh',
      link,
      purpose: 'registration',
      expiresAt: '2026-03-02T00:00:00Z',
    });
    await development.receive(verificationRequested, { verificationId, purpose: 'registration' });
    const organisationId = identity.knows({ mail: 'exhibitor@portal.example', language: 'en' });
    await development.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await development.runJobs();

    const { status, body } = await development.anonymous.get(path, { query: { recipient: 'new.account@portal.example', count: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total: 1,
      items: [{ recipient: 'new.account@portal.example', language: 'zh', template: 'verification-requested', subject: '请确认您的邮箱' }],
    });
    expect(body.items[0].text).toContain(link);
    expect(body.items[0].messageId).toMatch(/^<[0-9a-f-]{36}\.[\w-]{22}@ciep\.example>$/);
    expect((await development.anonymous.get(`${path}/${body.items[0].id}`)).body).toEqual(body.items[0]);
    expect((await development.anonymous.get(path)).body.items).toHaveLength(2);
    expect((await development.anonymous.get(`${path}?language=en`)).body.items).toMatchObject([{ recipient: 'exhibitor@portal.example' }]);
    expect((await development.anonymous.get(`${path}?template=verification-requested`)).body.items).toHaveLength(1);
    expect((await development.anonymous.get(`${path}?recipient=nobody@portal.example`)).body.items).toEqual([]);
  });

  it('answers bad questions', async () => {
    expect((await development.anonymous.get(`${path}?recipient=nobody`)).status).toBe(400);
    expect((await development.anonymous.get(`${path}/7`)).status).toBe(400);
    expect((await development.anonymous.get(`${path}/${randomUUID()}`)).status).toBe(404);
  });

  it('is not there in production, even when it holds something', async () => {
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
