import { normalCode, type FieldRefusal } from '@ciep/kernel';
import { isCountry } from './countries.rules.js';
import { isCreditCode } from './credit-code.rules.js';
import {
  countryMissing,
  countryUnknown,
  countryWrong,
  creditCodeForeign,
  creditCodeMissing,
  creditCodeWrong,
  identifierMissing,
  identifierNotAllowed,
  OrganisationNotIdentified,
  regionNotAllowed,
} from './organisation.errors.js';

/** An entry in a register outside mainland China, for example `{ scheme: 'LEI', value: '5493001KJTIIGC8Y1R12' }`. */
export interface Identifier {
  readonly scheme: string;
  readonly value: string;
}

/** The normal form of an entry, by which entries are compared (docs/rules.md#normal-forms). */
export const identifierKeyOf = ({ scheme, value }: Identifier): string => `${normalCode(scheme)} ${normalCode(value)}`;

/** The claimed identity of an organisation. */
export interface StatedIdentity {
  readonly origin: 'mainland' | 'foreign';
  readonly creditCode?: string | undefined;
  readonly identifier?: Identifier | undefined;
  readonly country?: string | undefined;
  readonly regionCode: string | null;
}

/** The checked identity of an organisation. */
export type ProvenForm = { readonly regionCode: string | null } & (
  | { readonly origin: 'mainland'; readonly creditCode: string; readonly identifier: null; readonly country: 'CN' }
  | { readonly origin: 'foreign'; readonly creditCode: null; readonly identifier: Identifier; readonly country: string }
);

/**
 * Checks the identity of an organisation (docs/rules.md#organisation-identity); throws {@link OrganisationNotIdentified} with every invalid
 * field.
 */
export const checkedIdentity = (stated: StatedIdentity): ProvenForm => (stated.origin === 'mainland' ? mainland(stated) : foreign(stated));

function mainland({ creditCode: typed, identifier, country, regionCode }: StatedIdentity): ProvenForm {
  const creditCode = typed === undefined ? undefined : normalCode(typed);
  const wrong: FieldRefusal[] = [];
  if (identifier) wrong.push(identifierNotAllowed);
  if (country !== undefined && country !== 'CN') wrong.push(countryWrong);
  if (creditCode === undefined) wrong.push(creditCodeMissing);
  else if (!isCreditCode(creditCode)) wrong.push(creditCodeWrong);
  if (wrong.length > 0 || creditCode === undefined) throw new OrganisationNotIdentified(wrong);
  return { origin: 'mainland', creditCode, identifier: null, country: 'CN', regionCode };
}

function foreign({ creditCode, identifier, country, regionCode }: StatedIdentity): ProvenForm {
  const wrong: FieldRefusal[] = [];
  if (creditCode !== undefined) wrong.push(creditCodeForeign);
  if (!identifier) wrong.push(identifierMissing);
  if (country === undefined) wrong.push(countryMissing);
  else if (!isCountry(country)) wrong.push(countryUnknown);
  else if (country === 'CN') wrong.push(countryWrong);
  if (regionCode !== null) wrong.push(regionNotAllowed);
  if (wrong.length > 0 || !identifier || country === undefined) throw new OrganisationNotIdentified(wrong);
  return { origin: 'foreign', creditCode: null, identifier, country, regionCode: null };
}
