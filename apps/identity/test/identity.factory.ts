import { randomInt, randomUUID } from 'node:crypto';
import { checkCharacter } from '../src/organisations/credit-code.rules.js';

/** An unused unified social credit code. */
export function aCreditCode(): string {
  const first = `91210000MA${String(randomInt(10_000_000)).padStart(7, '0')}`;
  return first + checkCharacter(first);
}

export const aMail = (): string => `office-${randomUUID().slice(0, 8)}@example.org`;

/** What a person chooses as password behind the mailed link. */
export const password = 'correct horse 电池';

interface Differences {
  readonly mail?: string;
  readonly contact?: Record<string, unknown>;
  readonly [field: string]: unknown;
}

/** The registration form of a mainland organisation. */
export function aRegistration({ mail = aMail(), contact, ...differences }: Differences = {}) {
  return {
    origin: 'mainland',
    name: { zh: '辽宁示例科技有限公司', en: 'Liaoning Sample Technology Ltd.' },
    creditCode: aCreditCode(),
    kind: 'innovative_sme',
    regionCode: '210000',
    contact: { name: '林一', phone: '+86 24 2345 6789', mail, language: 'zh', ...contact },
    ...differences,
  };
}

/** The registration form of a foreign organisation. */
export function aForeignRegistration({ mail = aMail(), ...differences }: Differences = {}) {
  const { creditCode: _none, ...form } = aRegistration({ mail, contact: { language: 'en', phone: '+49 30 1234567' } });
  return {
    ...form,
    origin: 'foreign',
    kind: 'foreign_expert_organisation',
    regionCode: null,
    country: 'DE',
    identifier: { scheme: 'LEI', value: randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase() },
    ...differences,
  };
}
