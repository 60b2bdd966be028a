import type { BoothType, FeeUnit } from '@ciep/contracts';
import { money, partOf, type Currency, type Money } from '@ciep/kernel';

/** The fees in force, as billing published them. */
export interface FeeSchedule {
  readonly currency: Currency;
  readonly taxBasisPoints: number;
  readonly lines: readonly { readonly boothType: BoothType; readonly unit: FeeUnit; readonly amount: number }[];
}

/** What a booth costs: tax comes on top of the net price. */
export interface BoothPrice {
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}

/**
 * The price of a booth, each amount rounded half up to a whole fen (docs/rules.md#booth-price); null while the schedule, or its
 * line for this type, is missing.
 */
export function boothPrice(booth: { type: BoothType; areaDm2: number }, schedule: FeeSchedule | undefined): BoothPrice | null {
  const line = schedule?.lines.find(({ boothType }) => boothType === booth.type);
  if (!schedule || !line) return null;
  // 1 m² is 100 dm², so an area in dm² is a rate in ten-thousandths when it is multiplied by 100.
  const net = line.unit === 'square_metre' ? partOf(line.amount, booth.areaDm2 * 100) : line.amount;
  const tax = partOf(net, schedule.taxBasisPoints);
  return { net: money(net, schedule.currency), tax: money(tax, schedule.currency), gross: money(net + tax, schedule.currency) };
}
