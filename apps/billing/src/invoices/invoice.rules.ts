import { boothPrice, boothTypeNames, type BoothFee, type BoothType, type FeeUnit } from '@ciep/contracts';
import { daysAfter, type LocalizedText } from '@ciep/kernel';

/** A booth as in exhibition's events; `areaDm2` is in square decimetres. */
export interface Booth {
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** One line of an invoice; amounts in fen, `gross` = `net` + `tax`. */
export interface InvoiceLine {
  readonly text: LocalizedText;
  readonly unit: FeeUnit;
  readonly unitAmount: number;
  readonly areaDm2: number;
  readonly net: number;
  readonly tax: number;
  readonly gross: number;
}

/** The description of the booth on a line. */
export const boothText = ({ boothType, boothNumber, areaDm2 }: Booth): LocalizedText => ({
  zh: `${boothTypeNames[boothType].zh} ${boothNumber}（${areaDm2 / 100} 平方米）`,
  en: `${boothTypeNames[boothType].en} ${boothNumber} (${areaDm2 / 100} m²)`,
});

/** The line of a booth, priced like in exhibition. */
export const priced = (booth: Booth, fee: BoothFee, taxBasisPoints: number): InvoiceLine => ({
  text: boothText(booth),
  unit: fee.unit,
  unitAmount: fee.amount,
  areaDm2: booth.areaDm2,
  ...boothPrice(fee, booth.areaDm2, taxBasisPoints),
});

/** Totals are sums of the rounded lines, so that the invoice adds up when checked by hand. */
export const totals = (lines: readonly Pick<InvoiceLine, 'net' | 'tax' | 'gross'>[]) => ({
  net: lines.reduce((sum, line) => sum + line.net, 0),
  tax: lines.reduce((sum, line) => sum + line.tax, 0),
  gross: lines.reduce((sum, line) => sum + line.gross, 0),
});

const reminderDays = 3;

/**
 * The day of the reminder, three days before the due day. Null if that day is past: the demand or the notice of the new due date was sent
 * only recently (docs/rules.md#payment-reminder).
 */
export function reminderDay(dueOn: string, today: string): string | null {
  const day = daysAfter(dueOn, -reminderDays);
  return day > today ? day : null;
}
