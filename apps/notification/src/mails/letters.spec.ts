import { readFileSync } from 'node:fs';
import { eventCatalogue } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { Letters, ownTemplates } from './letters.service.js';

const letters = new Letters(ownTemplates);
/** The data that every letter may use besides its event: names, and things with their readable names. */
const known = {
  name: 'Contact',
  organisation: { name: 'Organisation' },
  application: { number: '21-000123', boardCode: '1.2.1', boardName: 'Board' },
  invoice: { number: 'INV-2026-000042', reference: 'RF7226000042' },
  link: 'https://portal.example/verify?token=a_b-c&x=1',
  expiresAt: '2026-04-01T16:00:00Z',
  host: 'portal.example',
  disabledBy: 'gone',
};
/** The example of an event in the catalogue. */
function exampleFor(template: string): object {
  const event = [...eventCatalogue.values()].find(({ title }) => template.startsWith(`${title}.`));
  if (!event) return {};
  const file = `../../../../libs/contracts/examples/${event.service}/${event.title.split('.').slice(1).join('.')}.json`;
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
}
const about = (template: string): Record<string, unknown> => ({ ...exampleFor(template), ...known });

describe(Letters.name, () => {
  it.each(letters.names.flatMap(name => [[name, 'zh'] as const, [name, 'en'] as const]))('renders %s in %s', async (name, language) => {
    const { subject, text } = await letters.write(name, language, about(name));
    expect(subject.length).toBeGreaterThan(4);
    expect(`${subject}${text}`).not.toMatch(/\{\{|\}\}|\{%|undefined|NaN|\[object/);
    expect(text).toContain('Contact');
    expect(`${subject}${text}`).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(/\p{Script=Han}/u.test(subject)).toBe(language === 'zh');
  });

  it('formats amounts, instants and links for readers', async () => {
    const opened = 'billing.invoice.opened.v1.organisation';
    const returned = 'exhibition.application.returned.v1.organisation';
    const registration = 'identity.verification.requested.v1.verification.registration';
    expect((await letters.write(opened, 'en', { ...about(opened), gross: 1_234_500 })).text).toContain('CNY 12,345.00');
    const correctBy = '2026-04-01T16:00:00Z';
    expect((await letters.write(returned, 'zh', { ...about(returned), correctBy })).text).toContain('2026-04-02 00:00 (UTC+8)');
    expect((await letters.write(registration, 'en', about(registration))).text).toContain(`\n${known.link}\n`);
  });

  it('keeps user input on its line and out of the template language', async () => {
    const name = 'Eve\r\nBcc: other@portal.example\u2028\u202e{{ link }}{% raw %}';
    const swapped = 'exhibition.application.booth_swapped.v1.organisation';
    const { subject, text } = await letters.write(swapped, 'en', { ...about(swapped), name, boothNumber: 'A1\nSubject: no' });
    expect(subject).toBe('Your booth is now A1 Subject: no');
    expect(text.split('\n')[0]).toBe('Dear Eve Bcc: other@portal.example {{ link }}{% raw %},');
    expect(text).not.toContain(known.link);
  });

  it('lists the variables and things of a template', () => {
    expect(letters.askedBy('billing.invoice.credit_held.v1.organisation')).toEqual([
      'application.boardCode',
      'application.boardName',
      'application.number',
      'credit',
      'currency',
      'invoice.number',
    ]);
    expect(letters.thingsIn('exhibition.application.submitted.v1.region')).toEqual(['organisation', 'application']);
    expect(letters.thingsIn('webhook-disabled')).toEqual([]);
  });

  it('refuses an unknown template, and incomplete data', async () => {
    const approved = 'exhibition.application.approved.v1.organisation';
    await expect(letters.write('constructor', 'en', known)).rejects.toThrow('no template');
    await expect(letters.write(approved, 'en', known)).rejects.toThrow('boothNumber');
  });
});
