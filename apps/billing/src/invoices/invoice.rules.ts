import type { BoothType, FeeUnit } from '@ciep/contracts';
import { daysAfter, partOf, type LocalizedText } from '@ciep/kernel';

/** A booth as exhibition names it in its facts; `areaDm2` in square decimetres. */
export interface Booth {
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** A net price in fen, for the whole booth or for each square metre of it. */
export interface Price {
  readonly unit: FeeUnit;
  readonly amount: number;
}

/** One position of an invoice; amounts in fen, `gross` = `net` + `tax`. */
export interface InvoiceLine {
  readonly text: LocalizedText;
  readonly unit: FeeUnit;
  readonly unitAmount: number;
  readonly areaDm2: number;
  readonly net: number;
  readonly tax: number;
  readonly gross: number;
}

const kinds: Readonly<Record<BoothType, LocalizedText>> = {
  standard: { zh: '标准展位', en: 'Standard booth' },
  corner: { zh: '角位标准展位', en: 'Corner booth' },
  raw_space: { zh: '光地', en: 'Raw space' },
};

/** What a line says about its booth. */
export const boothText = ({ boothType, boothNumber, areaDm2 }: Booth): LocalizedText => ({
  zh: `${kinds[boothType].zh} ${boothNumber}（${areaDm2 / 100} 平方米）`,
  en: `${kinds[boothType].en} ${boothNumber} (${areaDm2 / 100} m²)`,
});

/** Net price in fen of an area: a hundredth of the price of a square metre for each square decimetre, half up. */
const priceOfArea = (amount: number, areaDm2: number): number => Number((BigInt(amount) * BigInt(areaDm2) + 50n) / 100n);

/** A priced line. Tax is exclusive and rounded half up in each line (docs/rules.md#tax). */
export function priced(booth: Booth, price: Price, taxBasisPoints: number): InvoiceLine {
  const net = price.unit === 'booth' ? price.amount : priceOfArea(price.amount, booth.areaDm2);
  const tax = partOf(net, taxBasisPoints);
  return { text: boothText(booth), unit: price.unit, unitAmount: price.amount, areaDm2: booth.areaDm2, net, tax, gross: net + tax };
}

/** The totals are the sums of the rounded lines, so that an invoice adds up for whoever checks it by hand. */
export const totals = (lines: readonly Pick<InvoiceLine, 'net' | 'tax' | 'gross'>[]) => ({
  net: lines.reduce((sum, line) => sum + line.net, 0),
  tax: lines.reduce((sum, line) => sum + line.tax, 0),
  gross: lines.reduce((sum, line) => sum + line.gross, 0),
});

const reminderDays = 3;

/**
 * The day of the reminder, three days before the due day; null when that day has come already: the demand, or the news of the moved
 * due date, has just been sent (docs/rules.md#payment-reminder).
 */
export function reminderDay(dueOn: string, today: string): string | null {
  const day = daysAfter(dueOn, -reminderDays);
  return day > today ? day : null;
}
