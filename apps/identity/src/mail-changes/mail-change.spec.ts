import { describe, expect, it } from '@jest/globals';
import { Aggregate } from '@ciep/kernel';
import { refusalOf } from '@ciep/testing/refusal';
import { MailChange } from './mail-change.entity.js';

const noon = new Date('2026-03-01T12:00:00+08:00');
const later = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);
const wish = {
  accountId: '01890a5d-ac96-7b3c-8f11-6b1d2c3e4f50',
  purpose: 'mail_change',
  mail: 'Büro@Bücher.example',
  language: 'en',
  askedBy: null,
  expiresAt: later(48),
} as const;
const asked = (differences: object = {}) => MailChange.request({ ...wish, ...differences });

describe(MailChange.name, () => {
  it('asks for a mail, without an address in the event', () => {
    const change = asked();
    expect([change.mailKey, Aggregate.takeEvents(change)]).toEqual([
      'büro@xn--bcher-kva.example',
      [
        {
          type: 'ciep.identity.mail_change.requested.v1',
          data: { mailChangeId: change.id, accountId: wish.accountId, purpose: 'mail_change' },
        },
      ],
    ]);
  });

  it('works once, until it expires', () => {
    const change = asked();
    expect(refusalOf(() => change.checkLink(later(48)))).toBe('verification.expired');
    change.use('old@example.org', noon, later(50));
    expect(change).toMatchObject({ status: 'used', previousMail: 'old@example.org', expiresAt: later(50) });
    expect(refusalOf(() => change.use('old@example.org', noon, later(50)))).toBe('verification.used');
  });

  it.each([
    ['replaced', (change: MailChange) => change.replace(), 'verification.replaced'],
    ['withdrawn', (change: MailChange) => change.withdraw(), 'mail_change.withdrawn'],
  ])('is refused when it is %s', (_name, act, code) => {
    const change = asked();
    act(change);
    expect(refusalOf(() => change.use('old@example.org', noon, later(50)))).toBe(code);
  });

  it('never leads to a taken address', () => {
    expect(refusalOf(() => asked({ purpose: 'mail_taken' }).checkLink(noon))).toBe('mail_change.taken');
  });
});
