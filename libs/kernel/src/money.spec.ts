import { describe, expect, it } from '@jest/globals';
import { money, partOf, written } from './money.js';

describe(partOf.name, () => {
  it.each([
    [333, 600, 20],
    [325, 600, 20],
    [324, 600, 19],
    [0, 600, 0],
    [100_000_000_000, 600, 6_000_000_000],
  ])('of %i fen at %i basis points is %i', (amount, basisPoints, part) => {
    expect(partOf(amount, basisPoints)).toBe(part);
  });

  it('refuses fractions', () => {
    expect(() => partOf(1.5, 600)).toThrow(RangeError);
  });
});

describe(money.name, () => {
  it('is whole minor units', () => {
    expect(money(5)).toEqual({ amount: 5, currency: 'CNY' });
    expect(() => money(0.1)).toThrow(RangeError);
    expect(() => money(Number.MAX_SAFE_INTEGER + 1)).toThrow(RangeError);
  });

  it('is written with two digits', () => {
    expect(written(money(1_234_500))).toBe('CNY 12,345.00');
  });
});
