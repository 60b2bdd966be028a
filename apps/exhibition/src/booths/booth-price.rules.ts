import { boothPrice, type BoothFee, type BoothType } from '@ciep/contracts';
import { money, type Currency, type Money } from '@ciep/kernel';

/** The fees in force, as published by billing. */
export interface FeeSchedule {
  readonly currency: Currency;
  readonly taxBasisPoints: number;
  readonly lines: readonly (BoothFee & { readonly boothType: BoothType })[];
}

/** The price of a booth: net price plus tax. */
export interface BoothPrice {
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}

/** The price of a booth (docs/rules.md#booth-price); null while the schedule or its line for this type is missing. */
export function priceOf(booth: { type: BoothType; areaDm2: number }, schedule: FeeSchedule | undefined): BoothPrice | null {
  const line = schedule?.lines.find(({ boothType }) => boothType === booth.type);
  if (!schedule || !line) return null;
  const { net, tax, gross } = boothPrice(line, booth.areaDm2, schedule.taxBasisPoints);
  const { currency } = schedule;
  return { net: money(net, currency), tax: money(tax, currency), gross: money(gross, currency) };
}
