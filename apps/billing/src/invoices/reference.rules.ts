import { normalCode } from '@ciep/kernel';

/**
 * Payment references follow ISO 11649: `RF`, two check digits (ISO 7064 MOD 97-10), then year (2) and number (6). One mistyped character or
 * two swapped ones never match another invoice (docs/rules.md#payment-reference).
 */
const digitsOf = (text: string): string => [...text].map(sign => parseInt(sign, 36).toString()).join('');
const mod97 = (text: string): number => Number(BigInt(digitsOf(text)) % 97n);

export function paymentReference(year: number, number: number): string {
  const own = `${String(year % 100).padStart(2, '0')}${String(number).padStart(6, '0')}`;
  return `RF${String(98 - mod97(`${own}RF00`)).padStart(2, '0')}${own}`;
}

const plain = (given: string): string => normalCode(given).replaceAll(/\p{Dash}/gu, '');

/** Finds the references in a payer's text, each once: inside a sentence, in groups, in full-width letters and digits. */
export function referencesIn(text: string): string[] {
  // Ours have twelve signs, and digits may follow at once: the blank before an amount is gone by now.
  const found = plain(text).matchAll(/RF\d{10,21}/g);
  return [...new Set([...found].flatMap(([digits]) => [digits.slice(0, 12), digits].find(isReference) ?? []))];
}

/** A payer's text as the books store it: the one reference in it, or else the whole text in its normal form, without dashes. */
export function normalReference(given: string): string {
  const [only, ...more] = referencesIn(given);
  return only !== undefined && more.length === 0 ? only : plain(given);
}

/** Whether the check digits of a normalised reference match. */
export const isReference = (reference: string): boolean =>
  /^RF\d{10,}$/.test(reference) && mod97(`${reference.slice(4)}${reference.slice(0, 4)}`) === 1;

/** In groups of four, the usual printed form. */
export const writtenReference = (reference: string): string => reference.replaceAll(/(.{4})(?=.)/g, '$1 ');
