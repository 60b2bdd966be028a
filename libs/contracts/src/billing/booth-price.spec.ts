import { describe, expect, it } from '@jest/globals';
import { boothPrice } from './booth-price.js';

describe(boothPrice.name, () => {
  it.each([
    ['a built booth is charged once', 'booth', 1_200_000, 900, 600, [1_200_000, 72_000, 1_272_000]],
    ['whatever its area', 'booth', 1_200_000, 1_800, 600, [1_200_000, 72_000, 1_272_000]],
    ['raw space is charged by the square metre', 'square_metre', 101_111, 3_600, 600, [3_639_996, 218_400, 3_858_396]],
    // 101 111 fen × 36.50 m² = 3 690 551.5 fen; 6 % of 3 690 552 fen = 221 433.12 fen
    ['net price and tax are rounded half up, each for itself', 'square_metre', 101_111, 3_650, 600, [3_690_552, 221_433, 3_911_985]],
    ['half a fen is rounded up', 'square_metre', 1, 50, 0, [1, 0, 1]],
    ['less than half a fen is not', 'square_metre', 1, 49, 0, [0, 0, 0]],
    ['tax of 1.5 fen is 2', 'booth', 25, 900, 600, [25, 2, 27]],
    ['the largest booth at the highest price', 'square_metre', 100_000_000_000, 1_000_000, 10_000, [1e15, 1e15, 2e15]],
  ] as const)('%s', (_, unit, amount, areaDm2, taxBasisPoints, [net, tax, gross]) => {
    expect(boothPrice({ unit, amount }, areaDm2, taxBasisPoints)).toEqual({ net, tax, gross });
  });
});
