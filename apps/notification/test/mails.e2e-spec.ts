import { randomUUID } from 'node:crypto';
import {
  applicationApproved,
  applicationConfirmed,
  applicationReleased,
  applicationReturned,
  invitationRequested,
  invoiceOpened,
  passwordChanged,
  passwordRecoveryRequested,
  roleGranted,
  roleRevoked,
  seeds,
  verificationRequested,
} from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { clientSecret, ServicesStandIn, urls } from './services.factory.js';
import { Mailbox } from './mailbox.factory.js';
import { anApplication, approved, confirmed, exhibitor, opened, operator } from './notification.factory.js';

let service: TestService;
let others: ServicesStandIn;
let mailbox: Mailbox;

beforeAll(async () => {
  others = await ServicesStandIn.start();
  mailbox = await Mailbox.start();
  service = await startService(notification, {
    now: '2026-03-01T09:00:00+08:00',
    settings: { ...urls(others.url), NOTIFICATION_CLIENT_SECRET: clientSecret, NOTIFICATION_SMTP_URL: mailbox.url },
  });
});

beforeEach(() => {
  mailbox.take();
  others.asked.length = 0;
});

const verify = async (given: { mail: string; language: 'zh' | 'en'; expiresAt?: string }): Promise<string> => {
  const verificationId = randomUUID();
  const link = `https://portal.example/verify?token=${verificationId}`;
  others.verifications.set(verificationId, { purpose: 'registration', link, expiresAt: '2026-03-03T09:00:00+08:00', ...given });
  await service.receive(verificationRequested, { verificationId, purpose: 'registration' });
  return link;
};

const mails = (filter = '') => service.as(operator()).get(`/v1/notification/mails${filter}`);

describe('mails', () => {
  it('sends the one-time link in the language of the account', async () => {
    const zh = await verify({ mail: 'zh@portal.example', language: 'zh' });
    const en = await verify({ mail: 'en@portal.example', language: 'en' });
    await service.runJobs();
    const [first, second] = mailbox.take();
    expect(first).toMatchObject({
      to: ['zh@portal.example'],
      mail: { subject: '请确认您的邮箱', from: { address: 'no-reply@ciep.example', name: 'CIEP' } },
    });
    expect(first?.mail.text).toContain(zh);
    expect(first?.mail.text).toContain('有效期至 2026-03-03 09:00 (UTC+8)');
    expect(second).toMatchObject({ to: ['en@portal.example'], mail: { subject: 'Please confirm your mail address' } });
    expect(second?.mail.text).toContain(en);
    expect(second?.mail.html).toBeUndefined();
  });

  it('sends the link for a forgotten password, and tells the person of a new one', async () => {
    const passwordRecoveryId = randomUUID();
    const link = `https://portal.example/password-recovery/${passwordRecoveryId}`;
    others.verifications.set(passwordRecoveryId, {
      purpose: 'password_recovery',
      link,
      expiresAt: '2026-03-01T10:00:00+08:00',
      mail: 'forgetful@portal.example',
      language: 'zh',
    });
    const accountId = others.knows({ mail: 'changed@portal.example', language: 'en', name: 'Person One' });
    await service.receive(passwordRecoveryRequested, { passwordRecoveryId });
    await service.receive(passwordChanged, { accountId });
    await service.runJobs();
    const arrived = mailbox.take();
    expect(arrived.map(({ to, mail }) => [to, mail.subject])).toEqual([
      [['forgetful@portal.example'], '设置新密码'],
      [['changed@portal.example'], 'Your password was changed'],
    ]);
    expect(arrived[0]?.mail.text).toContain(`\n${link}\n`);
    expect(arrived[1]?.mail.text).toContain('If it was not you, choose "Forgot your password?" on the login page at once');
  });

  it('sends the link of an invitation, with the name of the organisation', async () => {
    const [invitationId, organisationId] = [randomUUID(), randomUUID()];
    const link = `https://portal.example/invitation/${invitationId}`;
    const invitation = { purpose: 'invitation', link, expiresAt: '2026-03-08T09:00:00+08:00' } as const;
    others.verifications.set(invitationId, { ...invitation, mail: 'invited@portal.example', language: 'en' });
    others.things.set(organisationId, { name: { zh: '示例公司', en: 'Example Ltd' } });
    await service.receive(invitationRequested, { invitationId, organisationId });
    await service.runJobs();
    const [arrived] = mailbox.take();
    expect(arrived).toMatchObject({ to: ['invited@portal.example'], mail: { subject: 'Example Ltd invites you' } });
    expect(arrived?.mail.text).toContain(`\n${link}\n`);
  });

  it('tells a person of a role that begins and ends, in words', async () => {
    const organisationId = seeds.partnerOf('210000');
    others.things.set(organisationId, { name: { zh: '辽宁省科技厅', en: 'Liaoning department' } });
    const zh = others.knows({ mail: 'zh@partner.example', language: 'zh', name: '林一' });
    const en = others.knows({ mail: 'en@partner.example', language: 'en', name: 'Lin Yi' });
    const role = { roleGrantId: randomUUID(), organisationId, role: 'province_partner', regionCode: '210000' } as const;
    const times = { validFrom: '2026-03-01T01:00:00.000Z', validUntil: '2026-05-01T01:00:00.000Z' };
    await service.receive(roleGranted, { ...role, ...times, accountId: zh });
    await service.receive(roleGranted, { ...role, ...times, validUntil: null, accountId: en });
    await service.receive(roleRevoked, { ...role, ...times, accountId: en, endedAt: '2026-04-01T01:00:00.000Z' });
    await service.runJobs();
    const [first, second, third] = mailbox.take();
    expect([first?.to, second?.to, third?.to]).toEqual([['zh@partner.example'], ['en@partner.example'], ['en@partner.example']]);
    expect(first?.mail.text).toContain('您在辽宁省科技厅已被授予角色：省级合作单位。该角色有效至 2026-05-01 09:00 (UTC+8)。');
    expect(second?.mail.subject).toBe('You have a new role');
    expect(second?.mail.text).toContain('You have a new role in Liaoning department: province partner.\n');
    expect(third?.mail.text).toContain('Your role in Liaoning department ended on 2026-04-01 09:00 (UTC+8): province partner.');
  });

  it('notifies exhibitor and partner of a confirmed booth, each in its language', async () => {
    const organisationId = others.knows({
      mail: 'exhibitor@portal.example',
      language: 'en',
      name: 'Person One',
    });
    others.things.set(organisationId, { name: { zh: '示例公司', en: 'Example Ltd' } });
    others.knows({ mail: 'partner@portal.example', language: 'zh', name: '联络人' }, '220000');
    others.knows({ mail: 'other-partner@portal.example', language: 'zh' }, '230000');
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: '220000', boothNumber: 'B7' }), { times: 2 });
    await service.runJobs();
    const arrived = mailbox.take();
    expect(arrived.map(({ to, mail }) => [to, mail.subject])).toEqual([
      [['exhibitor@portal.example'], 'Booth B7 is confirmed'],
      [['partner@portal.example'], '本地区的展位已确认'],
    ]);
    expect(arrived[0]?.mail.text).toContain('Dear Person One,\n\nBooth B7 of Example Ltd is confirmed.');
    expect(arrived[1]?.mail.text).toContain('联络人，您好：\n\n示例公司的展位 B7 已确认。');
  });

  it('contains amounts and dates, and is not sent to a partner without a region', async () => {
    const organisationId = others.knows({ mail: 'payer@portal.example', language: 'zh' });
    await service.receive(applicationApproved, approved({ organisationId, regionCode: null, payBy: '2026-04-01' }));
    await service.receive(invoiceOpened, opened({ organisationId, regionCode: null, gross: 1_234_500 }));
    await service.receive(applicationReturned, {
      ...anApplication({ organisationId, regionCode: null }),
      correctBy: '2026-03-10T16:00:00Z',
    });
    await service.receive(applicationReleased, { ...anApplication({ organisationId, regionCode: null }), reason: 'overdue' as const });
    await service.runJobs();
    const texts = mailbox.take().map(({ to, mail }) => `${to.join()} ${mail.subject} ${mail.text}`);
    expect(texts).toHaveLength(4);
    expect(texts[0]).toContain('请于 2026-04-01（含当日）前完成付款');
    expect(texts[1]).toContain('CNY 12,345.00');
    expect(texts[2]).toContain('2026-03-11 00:00 (UTC+8)');
    expect(texts[3]).toContain('未在付款期限内收到全部款项');
  });

  it('uses the present numbers and names of applications and invoices', async () => {
    const organisationId = others.knows({ mail: 'numbers@portal.example', language: 'en' });
    others.knows({ mail: 'numbers-zh@portal.example', language: 'zh' }, organisationId);
    const event = opened({ organisationId, regionCode: null });
    others.things.set(event.applicationId, { number: '21-000777', boardCode: '1.2.3', boardName: { zh: '华东展区', en: 'East' } });
    await service.receive(invoiceOpened, event);
    others.things.set(event.invoiceId, { number: 'INV-2026-000009', reference: 'RF1826000009' });
    await service.runJobs();
    const [en, zh] = mailbox.take().map(({ mail }) => mail.text ?? '');
    expect(en).toContain('Invoice INV-2026-000009, payment reference RF1826000009\n\nApplication 21-000777, board 1.2.3 East\n');
    expect(zh).toContain('账单编号：INV-2026-000009，付款附言：RF1826000009\n\n申请编号：21-000777（1.2.3 华东展区）\n');
    expect(others.asked.filter(path => path.includes('/invoices/'))).toEqual([`/internal/invoices/${event.invoiceId}`]);
  });

  it.each([
    ['applications', 'exhibition_unavailable'],
    ['invoices', 'billing_unavailable'],
  ])('retries while nobody answers for %s', async (kind, failure) => {
    const organisationId = others.knows({ mail: 'patient@portal.example', language: 'en' });
    await service.receive(invoiceOpened, opened({ organisationId, regionCode: null }));
    others.failing.set(kind, 503);
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    expect((await mails(`?recipientKey=${organisationId}`)).body.items).toMatchObject([{ status: 'waiting', attempts: 1, failure }]);
    others.failing.clear();
    service.clock.advance(61);
    await service.runJobs();
    expect(mailbox.take()).toHaveLength(1);
    expect((await mails(`?recipientKey=${organisationId}`)).body.items).toMatchObject([{ status: 'sent', attempts: 2, failure: null }]);
    service.clock.set('2026-03-01T09:00:00+08:00');
  });

  it('gives up a mail whose subject is unknown', async () => {
    const event = opened({ organisationId: others.knows({ mail: 'nothing@portal.example', language: 'en' }), regionCode: null });
    others.things.set(event.invoiceId, null);
    await service.receive(invoiceOpened, event);
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    expect((await mails(`?recipientKey=${event.organisationId}`)).body.items).toMatchObject([
      { status: 'failed', failure: 'thing_unknown', attempts: 1 },
    ]);
  });

  it('allows no headers or recipients through a name', async () => {
    const name = 'Eve\r\nBcc: victim@portal.example\r\n\r\nhttps://evil.example';
    const organisationId = others.knows({ mail: 'eve@portal.example', language: 'en', name });
    others.things.set(organisationId, { name: { zh: '甲\r\nSubject: x', en: 'A\r\nTo: victim@portal.example' } });
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null, boothNumber: 'A1\r\nX-Injected: yes' }));
    await service.runJobs();
    const [arrived, ...more] = mailbox.take();
    expect(more).toEqual([]);
    expect(arrived?.to).toEqual(['eve@portal.example']);
    const names = arrived?.mail.headers.map(({ key }) => key);
    expect(names).not.toEqual(expect.arrayContaining(['bcc']));
    expect(names).not.toContain('x-injected');
    expect(arrived?.mail.bcc ?? []).toEqual([]);
    expect(arrived?.mail.to).toHaveLength(1);
    expect(arrived?.mail.subject).toBe('Booth A1 X-Injected: yes is confirmed');
    expect(arrived?.mail.text?.split('\n')[0]).toBe('Dear Eve Bcc: victim@portal.example https://evil.example,');
  });

  it.each([
    'two@portal.example, victim@portal.example',
    'a@portal.example\r\nRCPT TO:<victim@portal.example>',
    '<victim@portal.example>',
    'no address',
  ])('gives up on an invalid address: %j', async mail => {
    const organisationId = others.knows({ mail, language: 'en' });
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    expect((await mails(`?recipientKey=${organisationId}`)).body.items).toMatchObject([
      { status: 'failed', failure: 'address_invalid', attempts: 1 },
    ]);
  });

  it('retries while identity is down, and sends once', async () => {
    others.nextStatus.push(503);
    await verify({ mail: 'later@portal.example', language: 'en' });
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    expect((await mails('?status=waiting')).body.items).toMatchObject([
      { attempts: 1, failure: 'identity_unavailable', dueAt: '2026-03-01T01:01:00.000Z' },
    ]);
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    service.clock.advance(61);
    await service.runJobs();
    await service.runJobs();
    expect(mailbox.take()).toHaveLength(1);
  });

  it('requests a new token when identity refuses the old one', async () => {
    const before = others.tokensGiven;
    others.forgetTokens();
    await verify({ mail: 'token@portal.example', language: 'en' });
    await service.runJobs();
    expect(mailbox.take()).toHaveLength(1);
    expect(others.tokensGiven).toBe(before + 1);
  });

  it('repeats with the same Message-ID, and only to recipients who have not had the mail', async () => {
    const organisationId = others.knows({ mail: 'first@portal.example', language: 'en' });
    others.knows({ mail: 'second@portal.example', language: 'zh' }, organisationId);
    mailbox.nextAnswers.push(250, 451);
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await service.runJobs();
    expect(mailbox.take().map(({ to }) => to)).toEqual([['first@portal.example']]);
    service.clock.advance(61);
    await service.runJobs();
    const [second] = mailbox.take();
    expect(second?.to).toEqual(['second@portal.example']);
    expect((await mails(`?recipientKey=${organisationId}`)).body.items).toMatchObject([{ status: 'sent', attempts: 2, failure: null }]);

    await service.query(
      `UPDATE mails SET status = 'waiting', sent_at = NULL, due_at = now() - interval '10 years' WHERE recipient_key = $1`,
      [organisationId],
    );
    await service.runJobs();
    const repeated = mailbox.take();
    expect(repeated).toHaveLength(2);
    expect(repeated.map(({ mail }) => mail.messageId)).toContain(second?.mail.messageId);
    expect(new Set(repeated.map(({ mail }) => mail.messageId)).size).toBe(2);
  });

  it('gives up after eight attempts, visible to operators, who can have it sent again', async () => {
    const organisationId = others.knows({ mail: 'given-up@portal.example', language: 'en' });
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      mailbox.nextAnswers.push(451);
      await service.runJobs();
      service.clock.advance(25 * 3_600);
    }
    const { body } = await mails(`?recipientKey=${organisationId}&count=true`);
    expect(body).toMatchObject({ total: 1, items: [{ status: 'failed', failure: 'server_unavailable', attempts: 8, dueAt: null }] });
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);

    const { id } = body.items[0];
    const retried = await service.as(operator()).post(`/v1/notification/mails/${id}/retry`);
    expect(retried).toMatchObject({ status: 200, body: { status: 'waiting', attempts: 0, failure: null } });
    await service.runJobs();
    expect(mailbox.take()).toHaveLength(1);
    expect(await service.as(operator()).post(`/v1/notification/mails/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'mail.not_failed' },
    });
    service.clock.set('2026-03-01T09:00:00+08:00');
  });

  it('notifies a person who is already registered, without a link', async () => {
    for (const [mail, language] of [
      ['known-zh@portal.example', 'zh'],
      ['known-en@portal.example', 'en'],
    ] as const) {
      const verificationId = randomUUID();
      const link = `https://portal.example/verify?token=${verificationId}`;
      others.verifications.set(verificationId, {
        purpose: 'already_registered',
        link,
        expiresAt: '2026-03-03T09:00:00+08:00',
        mail,
        language,
      });
      await service.receive(verificationRequested, { verificationId, purpose: 'already_registered' });
    }
    await service.runJobs();
    const sent = mailbox.take();
    expect(sent.map(({ to, mail }) => [to[0], mail.subject])).toEqual([
      ['known-zh@portal.example', '您已有大会平台账号'],
      ['known-en@portal.example', 'You are registered already'],
    ]);
    for (const { mail } of sent) expect(mail.text).not.toContain('https://portal.example/verify');
    expect((await mails('?template=identity.verification.requested.v1.verification.already_registered')).body.items).toHaveLength(2);
  });

  it('gives up at once on permanent failures: refused, expired, deleted, no recipient', async () => {
    const organisationId = others.knows({ mail: 'refused@portal.example', language: 'en' });
    mailbox.nextAnswers.push(550);
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await service.runJobs();
    const nobody = randomUUID();
    await service.receive(applicationConfirmed, confirmed({ organisationId: nobody, regionCode: null }));
    await service.receive(verificationRequested, { verificationId: randomUUID(), purpose: 'registration' });
    await verify({ mail: 'expired@portal.example', language: 'en', expiresAt: '2026-03-01T09:00:00+08:00' });
    await service.runJobs();
    const failures = (await mails('?status=failed&sort=createdAt')).body.items.slice(-4).map(({ failure }: { failure: string }) => failure);
    expect(failures).toEqual(['refused_by_server', 'recipient_unknown', 'recipient_unknown', 'link_expired']);
    expect(mailbox.take()).toEqual([]);
  });

  it('stores no address, name, link or text', async () => {
    await verify({ mail: 'forgotten@portal.example', language: 'en' });
    const organisationId = others.knows({ mail: 'forgotten-too@portal.example', language: 'en', name: 'Forgotten Person' });
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    await service.runJobs();
    expect(mailbox.take()).toHaveLength(2);
    const tables = await service.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const rows = JSON.stringify(await service.query(`SELECT * FROM "${name}"`));
      expect(rows).not.toMatch(/forgotten|Forgotten Person|verify\?token/);
    }
  });

  it('shows mails to operators only, with filters', async () => {
    const organisationId = others.knows({ mail: 'list@portal.example', language: 'en' });
    await service.receive(applicationConfirmed, confirmed({ organisationId, regionCode: null }));
    const { body } = await mails(`?recipientKey=${organisationId}&template=exhibition.application.confirmed.v1.organisation`);
    expect(body.items).toMatchObject([
      {
        recipientKind: 'organisation',
        recipientKey: organisationId,
        template: 'exhibition.application.confirmed.v1.organisation',
        status: 'waiting',
      },
    ]);
    const [{ id }] = body.items;
    expect((await service.as({ roles: ['auditor'] }).get(`/v1/notification/mails/${id}`)).body).toEqual(body.items[0]);
    expect((await service.as({ roles: ['auditor'] }).post(`/v1/notification/mails/${id}/retry`)).status).toBe(403);
    expect((await service.as(exhibitor(organisationId)).get('/v1/notification/mails')).status).toBe(403);
    expect((await service.anonymous.get(`/v1/notification/mails/${id}`)).status).toBe(401);
    expect((await service.as(operator()).get(`/v1/notification/mails/${randomUUID()}`)).status).toBe(404);
    expect((await service.as(operator()).get('/v1/notification/mails/7')).status).toBe(400);
    expect((await mails('?status=lost')).status).toBe(400);
    expect((await mails('?sort=data')).status).toBe(400);
    await service.runJobs();
  });
});
