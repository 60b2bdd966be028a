import { describe, expect, it } from '@jest/globals';
import { priceOf, type FeeSchedule } from './booth-price.rules.js';

const schedule: FeeSchedule = {
  currency: 'CNY',
  taxBasisPoints: 600,
  lines: [
    { boothType: 'standard', unit: 'booth', amount: 1_200_000 },
    { boothType: 'raw_space', unit: 'square_metre', amount: 101_111 },
  ],
};
const amounts = (type: 'standard' | 'corner' | 'raw_space', areaDm2: number) => {
  const price = priceOf({ type, areaDm2 }, schedule);
  return price && [price.net.amount, price.tax.amount, price.gross.amount];
};

describe(priceOf.name, () => {
  it('charges a built booth a fixed price, whatever its area', () => {
    expect(amounts('standard', 900)).toEqual([1_200_000, 72_000, 1_272_000]);
    expect(amounts('standard', 1_800)).toEqual([1_200_000, 72_000, 1_272_000]);
  });

  it('charges raw space by the square metre', () => {
    expect(amounts('raw_space', 3_600)).toEqual([3_639_996, 218_400, 3_858_396]);
  });

  it('rounds net price and tax half up, separately', () => {
    // 101 111 fen × 36.50 m² = 3 690 551.5 fen; 6 % of 3 690 552 fen = 221 433.12 fen
    expect(amounts('raw_space', 3_650)).toEqual([3_690_552, 221_433, 3_911_985]);
  });

  it('is exact for the largest booth at the highest price', () => {
    const dearest = {
      ...schedule,
      taxBasisPoints: 10_000,
      lines: [{ boothType: 'raw_space', unit: 'square_metre', amount: 100_000_000_000 }],
    } as const;
    expect(priceOf({ type: 'raw_space', areaDm2: 1_000_000 }, dearest)?.gross.amount).toBe(2_000_000_000_000_000);
  });

  it('gives no price without a line for the type, or without a schedule', () => {
    expect(amounts('corner', 900)).toBeNull();
    expect(priceOf({ type: 'standard', areaDm2: 900 }, undefined)).toBeNull();
  });
});
