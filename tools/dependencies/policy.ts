/** The policy for third-party software: licences, and accepted vulnerabilities. */
export interface Policy {
  /** Licences of delivered packages: permissive ones, and those of fonts. */
  readonly production: readonly string[];
  /** Licences of tools that only build and test. */
  readonly development: readonly string[];
  /** Packages without a machine-readable licence, with the result of a manual check. */
  readonly read: Readonly<Record<string, { readonly licence: string; readonly reason: string }>>;
  /** Accepted advisories about production packages. */
  readonly accepted: readonly AcceptedAdvisory[];
}

export interface AcceptedAdvisory {
  /** `GHSA-…` */
  readonly advisory: string;
  /** Why it does not affect us. */
  readonly reason: string;
  /** The last day on which it is accepted, `2027-01-31`. */
  readonly until: string;
}

const permissive = [
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Zlib',
  'Unlicense',
  'Python-2.0',
];

export const policy: Policy = {
  production: [...permissive, 'OFL-1.1'],
  development: [...permissive, 'MPL-2.0', 'CC0-1.0', 'CC-BY-4.0'],
  read: { 'png-js': { licence: 'MIT', reason: 'its package.json names none; its LICENSE file is the MIT licence' } },
  accepted: [],
};
