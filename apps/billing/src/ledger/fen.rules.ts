import { money } from '@ciep/kernel';

/** Column of an amount in fen. PostgreSQL returns bigint as text; money() refuses anything but whole fen. */
export const fen = {
  type: 'bigint',
  transformer: { from: (value: string) => money(Number(value)).amount, to: (value: number) => money(value).amount },
} as const;

/** Fen in yuan with two decimals, as text: `1272000` is `12720.00`. */
export const yuan = (fen: number): string =>
  `${fen < 0 ? '-' : ''}${Math.trunc(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
