import { newId, WrongState } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { Waiver } from './waiver.entity.js';
import { WaiverEndsInPast, WaiverSpent } from './waiver.errors.js';
import { waiverCode } from './waiver.rules.js';

const now = new Date('2023-03-27T09:00:00+08:00');
const expiresAt = new Date('2023-03-31T00:00:00+08:00');
const issue = () =>
  Waiver.issue({ editionId: newId(), organisationId: null, code: 'AAAAA-BBBBB-CCCCC', reason: 'x', issuedBy: 'somebody', expiresAt }, now);

describe('a waiver', () => {
  it('can be used once', () => {
    const waiver = issue();
    const applicationId = newId();
    waiver.useFor(applicationId, now);
    expect(waiver).toMatchObject({ status: 'used', usedByApplicationId: applicationId, usedAt: now });
    expect(() => waiver.useFor(newId(), now)).toThrow('waiver.used');
    expect(() => waiver.revoke()).toThrow(WrongState);
  });

  it('expires', () => {
    issue().useFor(newId(), new Date(expiresAt.getTime() - 1));
    expect(() => issue().useFor(newId(), expiresAt)).toThrow(WaiverSpent);
    expect(() => Waiver.issue({ ...issue(), expiresAt: now }, now)).toThrow(WaiverEndsInPast);
  });

  it('cannot be used once it is revoked', () => {
    const waiver = issue();
    waiver.revoke();
    expect(() => waiver.useFor(newId(), now)).toThrow('waiver.revoked');
    expect(() => waiver.revoke()).toThrow(WrongState);
  });
});

describe(waiverCode.name, () => {
  it('has three groups of five unambiguous characters', () => {
    expect(waiverCode(new Uint8Array(15))).toBe('22222-22222-22222');
    expect(waiverCode(Uint8Array.from({ length: 15 }, (_, index) => 255 - index))).toMatch(/^[2-9A-HJ-NP-Z]{5}(-[2-9A-HJ-NP-Z]{5}){2}$/);
  });
});
