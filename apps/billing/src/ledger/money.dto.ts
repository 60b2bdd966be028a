import { currencies, type Currency } from '@ciep/kernel';
import { Int, OneOf } from '@ciep/platform';

/** An amount somebody enters: more than zero, at most a billion yuan. A hectare at such a price, and as much tax, is still counted exactly. */
export class PositiveMoneyDto {
  @Int({ min: 1, max: 100_000_000_000, description: 'in minor units (fen)', example: 1_272_000 })
  amount!: number;

  @OneOf(currencies, { description: 'ISO 4217' })
  currency!: Currency;
}
