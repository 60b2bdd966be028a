import { currencies, type Currency } from '@ciep/kernel';
import { Int, OneOf } from '@ciep/platform';

/** An amount somebody enters: more than zero. */
export class PositiveMoneyDto {
  @Int({ min: 1, max: 1_000_000_000_000, description: 'in minor units (fen)', example: 1_272_000 })
  amount!: number;

  @OneOf(currencies, { description: 'ISO 4217' })
  currency!: Currency;
}
