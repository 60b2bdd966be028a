import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReference, normalReference, paymentReference, writtenReference } from './reference.rules.js';

const anyReference = fc
  .record({ year: fc.integer({ min: 2020, max: 2099 }), number: fc.integer({ min: 1, max: 999_999 }) })
  .map(({ year, number }) => paymentReference(year, number));

describe(paymentReference.name, () => {
  it('is an ISO 11649 reference of twelve characters', () => {
    // 539007547034 is the example of the standard.
    expect(isReference('RF18539007547034')).toBe(true);
    fc.assert(fc.property(anyReference, reference => reference.length === 12 && isReference(reference)));
  });

  it('detects one mistyped digit and two swapped neighbours', () => {
    const slip = fc.record({ reference: anyReference, at: fc.integer({ min: 2, max: 11 }), digit: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(slip, ({ reference, at, digit }) => {
        const mistyped = `${reference.slice(0, at)}${digit}${reference.slice(at + 1)}`;
        return mistyped === reference || !isReference(mistyped);
      }),
    );
    fc.assert(
      fc.property(slip, ({ reference, at }) => {
        const swapped = `${reference.slice(0, at)}${reference[at + 1] ?? ''}${reference[at] ?? ''}${reference.slice(at + 2)}`;
        return swapped === reference || !isReference(swapped);
      }),
    );
  });

  it('accepts the ways people write it', () => {
    const reference = paymentReference(2023, 1);
    expect(writtenReference(reference)).toMatch(/^RF\d\d 2300 0001$/);
    expect(normalReference(` ${writtenReference(reference).toLowerCase()} `)).toBe(reference);
    expect(isReference('RF')).toBe(false);
    expect(isReference('展位费')).toBe(false);
  });
});
