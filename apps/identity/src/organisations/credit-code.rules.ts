/** The characters of GB 32100-2015, in the order of their values; I, O, S, V and Z are excluded. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const form = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** The 18th character, computed from the first 17 (docs/rules.md#credit-code). */
export function checkCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17.slice(0, 17)) {
    sum += alphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return alphabet.charAt((31 - (sum % 31)) % 31);
}

/** Whether a text is a unified social credit code with the correct check character. */
export const isCreditCode = (text: string): boolean => form.test(text) && text.charAt(17) === checkCharacter(text);
