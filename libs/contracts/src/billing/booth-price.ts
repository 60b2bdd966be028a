import { partOf } from '@ciep/kernel';
import type { FeeUnit } from './events.js';

/** A net price in fen, for the whole booth or for each square metre of it. */
export interface BoothFee {
  readonly unit: FeeUnit;
  readonly amount: number;
}

/**
 * The price of a booth in fen, shown by exhibition and invoiced by billing (docs/rules.md#booth-price): net price plus tax, each rounded
 * half up to a whole fen (docs/rules.md#tax).
 */
export function boothPrice(
  { unit, amount }: BoothFee,
  areaDm2: number,
  taxBasisPoints: number,
): { readonly net: number; readonly tax: number; readonly gross: number } {
  // 1 m² is 100 dm², so an area in dm² times 100 is a rate in ten-thousandths.
  const net = unit === 'square_metre' ? partOf(amount, areaDm2 * 100) : amount;
  const tax = partOf(net, taxBasisPoints);
  return { net, tax, gross: net + tax };
}
