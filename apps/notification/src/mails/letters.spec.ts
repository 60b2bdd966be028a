import { describe, expect, it } from '@jest/globals';
import { Letters } from './letters.service.js';

const letters = new Letters();
const everything = {
  name: 'Contact',
  organisationName: 'Organisation',
  applicantName: 'Applicant',
  applicationId: '01860000-0000-7000-8000-000000000001',
  invoiceId: '01860000-0000-7000-8000-000000000002',
  webhookId: '01860000-0000-7000-8000-000000000003',
  disabledBy: 'gone',
  boothNumber: 'A101',
  agreementVersion: 2,
  correctBy: '2026-04-01T16:00:00Z',
  expiresAt: '2026-04-01T16:00:00Z',
  link: 'https://portal.example/verify?token=a_b-c&x=1',
  payBy: '2026-04-01',
  dueOn: '2026-04-01',
  late: true,
  reason: 'overdue',
  currency: 'CNY',
  gross: 1_234_500,
  outstanding: 500,
  paid: 1_234_000,
  overpaid: 100,
  credit: 7,
};

describe(Letters.name, () => {
  it.each(letters.names.flatMap(name => [[name, 'zh'] as const, [name, 'en'] as const]))('writes %s in %s', async (name, language) => {
    const { subject, text } = await letters.write(name, language, everything);
    expect(subject.length).toBeGreaterThan(4);
    expect(`${subject}${text}`).not.toMatch(/\{\{|\}\}|\{%|undefined|NaN|\[object/);
    expect(text).toContain('Contact');
    expect(/\p{Script=Han}/u.test(subject)).toBe(language === 'zh');
  });

  it('writes amounts, instants and links as people read them', async () => {
    expect((await letters.write('invoice-opened', 'en', everything)).text).toContain('CNY 12,345.00');
    expect((await letters.write('application-returned', 'zh', everything)).text).toContain('2026-04-02 00:00 (UTC+8)');
    expect((await letters.write('verification-requested', 'en', everything)).text).toContain(`\n${everything.link}\n`);
  });

  it('keeps what people wrote on its line and out of the template language', async () => {
    const name = 'Eve\r\nBcc: other@portal.example\u2028\u202e{{ link }}{% raw %}';
    const { subject, text } = await letters.write('application-booth-swapped', 'en', {
      ...everything,
      name,
      boothNumber: 'A1\nSubject: no',
    });
    expect(subject).toBe('Your booth is now A1 Subject: no');
    expect(text.split('\n')[0]).toBe('Dear Eve Bcc: other@portal.example {{ link }}{% raw %},');
    expect(text).not.toContain(everything.link);
  });

  it('refuses a template that is not there, or data that is not enough', async () => {
    await expect(letters.write('constructor', 'en', everything)).rejects.toThrow('no template');
    await expect(letters.write('application-approved', 'en', { applicationId: everything.applicationId })).rejects.toThrow('boothNumber');
  });
});
