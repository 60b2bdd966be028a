import { currencies, type Currency } from '@ciep/kernel';
import { Int, OneOf } from '@ciep/platform';

/** An entered amount: positive, at most a billion yuan. The price of a hectare at that rate, and the same tax, is still exact. */
export class PositiveMoneyDto {
  @Int({ min: 1, max: 100_000_000_000, description: 'in minor units (fen)', example: 1_272_000 })
  amount!: number;

  @OneOf(currencies, { description: 'ISO 4217' })
  currency!: Currency;
}
