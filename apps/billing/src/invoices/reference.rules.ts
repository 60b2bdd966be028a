/**
 * Payment references follow ISO 11649: `RF`, two check digits (ISO 7064 MOD 97-10), then ours: year (2) and number (6). A payer who
 * mistypes one character or swaps two never names another invoice (docs/rules.md#payment-reference).
 */
const digitsOf = (text: string): string => [...text].map(sign => parseInt(sign, 36).toString()).join('');
const mod97 = (text: string): number => Number(BigInt(digitsOf(text)) % 97n);

export function paymentReference(year: number, number: number): string {
  const own = `${String(year % 100).padStart(2, '0')}${String(number).padStart(6, '0')}`;
  return `RF${String(98 - mod97(`${own}RF00`)).padStart(2, '0')}${own}`;
}

/** A reference as it stands in the books: without spaces and dashes, in capitals. */
export const normalReference = (given: string): string => given.replaceAll(/[\s-]/g, '').toUpperCase();

/** Whether the check digits of a normalised reference fit. */
export const isReference = (reference: string): boolean =>
  /^RF\d{10,}$/.test(reference) && mod97(`${reference.slice(4)}${reference.slice(0, 4)}`) === 1;

/** In groups of four, as people read and type it. */
export const writtenReference = (reference: string): string => reference.replaceAll(/(.{4})(?=.)/g, '$1 ');
