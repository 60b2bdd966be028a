/** An amount in minor units (fen for CNY) with its ISO 4217 currency. Always an integer: a fraction throws `RangeError`. */
export interface Money {
  readonly amount: number;
  readonly currency: Currency;
}

/** The currencies in which the platform charges. */
export const currencies = ['CNY'] as const;
export type Currency = (typeof currencies)[number];

export function money(amount: number, currency: Currency = 'CNY'): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units`);
  return { amount, currency };
}

/**
 * The share of an integer amount at a rate in basis points (600 = 6 %), rounded half up to a whole minor unit.
 * `partOf(333, 600)` is 20.
 */
export function partOf(amount: number, basisPoints: number): number {
  if (!Number.isSafeInteger(amount) || !Number.isInteger(basisPoints)) throw new RangeError('amount and basis points are integers');
  return Number((BigInt(amount) * BigInt(basisPoints) + 5_000n) / 10_000n);
}

/** An amount as people write it: `1234500` fen are `12,345.00`. */
export function written({ amount, currency }: Money): string {
  const digits = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${currency} ${digits.format(amount / 100)}`;
}
