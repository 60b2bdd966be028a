import { describe, expect, it } from '@jest/globals';
import { Aggregate } from '@ciep/kernel';
import { refusalOf } from '@ciep/testing/refusal';
import { Registration } from './registration.entity.js';

const person = { mail: 'office@example.org', name: 'Lin', phone: '+86 24 12345678', language: 'zh' as const };
const noon = new Date('2026-03-01T12:00:00+08:00');
const later = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);
const opened = () => Registration.open({ ...person, organisationId: '01890a5d-ac96-7b3c-8f11-6b1d2c3e4f50' }, later(48));

describe(Registration.name, () => {
  it('requests a mail when it is opened, without an address in the event', () => {
    const registration = opened();
    expect(Aggregate.takeEvents(registration)).toEqual([
      { type: 'ciep.identity.verification.requested.v1', data: { verificationId: registration.id, purpose: 'registration' } },
    ]);
  });

  it('verifies once', () => {
    const registration = opened();
    expect(registration.verify(1, noon)).toMatchObject(person);
    expect(refusalOf(() => registration.verify(1, noon))).toBe('verification.used');
  });

  it('expires at its instant, not before', () => {
    expect(refusalOf(() => opened().verify(1, later(48)))).toBe('verification.expired');
    expect(refusalOf(() => opened().verify(1, new Date(later(48).getTime() - 1)))).toBeUndefined();
  });

  it('accepts only the newest link, which has a new expiry', () => {
    const registration = opened();
    registration.renewLink(later(96));
    expect(refusalOf(() => registration.checkLink(1, noon))).toBe('verification.replaced');
    expect(refusalOf(() => registration.checkLink(2, later(95)))).toBeUndefined();
    expect(Aggregate.takeEvents(registration)).toHaveLength(2);
  });

  it('mails nothing once it is verified', () => {
    const registration = opened();
    registration.verify(1, noon);
    Aggregate.takeEvents(registration);
    registration.renewLink(later(96));
    expect([registration.links, Aggregate.takeEvents(registration)]).toEqual([1, []]);
  });

  it('accepts no link from a person who is already registered', () => {
    const repeated = Registration.repeated(person, later(48));
    expect(refusalOf(() => repeated.verify(1, noon))).toBe('organisation.already_registered');
    expect(repeated.status).toBe('open');
  });
});
