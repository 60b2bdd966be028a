import { describe, expect, it } from '@jest/globals';
import { Aggregate } from '@ciep/kernel';
import { refusalOf } from '@ciep/testing/refusal';
import { Account } from './account.entity.js';

const noon = new Date('2026-03-01T12:00:00+08:00');
const person = { mail: 'Office@example.org', name: 'Lin', phone: '+86 24 12345678', language: 'zh', passwordHash: '$argon2id$x' } as const;

describe(Account.name, () => {
  it('changes only what is given of its profile', () => {
    const account = Account.open(person);
    account.changeProfile({ name: 'Lin Yi', phone: undefined });
    expect([account.name, account.phone, account.language]).toEqual(['Lin Yi', person.phone, 'zh']);
  });

  it('knows its own address in every spelling', () => {
    const account = Account.open(person);
    expect(refusalOf(() => account.checkNewMail(' OFFICE@Example.org'))).toBe('mail_change.unchanged');
    expect(refusalOf(() => account.checkNewMail('office2@example.org'))).toBeUndefined();
  });

  it('accepts no password that was replaced since, and none once it is closed', () => {
    const account = Account.open(person);
    expect(refusalOf(() => account.checkPassword(person.passwordHash))).toBeUndefined();
    expect(refusalOf(() => account.checkPassword('$argon2id$y'))).toBe('password.wrong');
    account.close(noon);
    expect(refusalOf(() => account.checkPassword(person.passwordHash))).toBe('password.wrong');
  });

  it('keeps nothing personal when it is erased', () => {
    const account = Account.open(person);
    account.close(noon);
    expect(Aggregate.takeEvents(account)).toEqual([{ type: 'ciep.identity.account.closed.v1', data: { accountId: account.id } }]);
    account.erase();
    expect([account.status, account.closedAt]).toEqual(['erased', noon]);
    for (const value of [person.mail, person.name, person.phone, person.passwordHash]) expect(Object.values(account)).not.toContain(value);
  });
});
