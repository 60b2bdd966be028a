import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** An invented unified social credit code with the correct check character (GB 32100). */
export function inventedCreditCode(): string {
  const first = `91210100MA${String(randomInt(10_000_000)).padStart(7, '0')}`;
  const sum = [...first].reduce((total, character, place) => total + alphabet.indexOf(character) * (weights[place] ?? 0), 0);
  return first + (alphabet[(31 - (sum % 31)) % 31] ?? '');
}

export interface Registrant {
  readonly mail: string;
  readonly password: string;
  readonly language: 'zh' | 'en';
}

/** The registration form of a new, invented enterprise in a region. */
export function registrationForm(regionCode: string, language: 'zh' | 'en' = 'zh') {
  const mark = `${Date.now().toString(36)}${randomInt(1_000_000).toString(36)}`;
  const registrant: Registrant = { mail: `exhibitor-${mark}@example.org`, password: `a long password ${mark}`, language };
  return {
    registrant,
    form: {
      origin: 'mainland',
      name: { zh: `北方示例装备有限公司${mark}`, en: `Northern Sample Equipment ${mark}` },
      creditCode: inventedCreditCode(),
      kind: 'specialised_new_enterprise',
      regionCode,
      contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail: registrant.mail, language },
    },
  };
}
