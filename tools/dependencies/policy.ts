/** What we admit of others' software: by licence, and in spite of a known weakness. */
export interface Policy {
  /** Licences of what is delivered to users: permissive ones, and those of fonts. */
  readonly production: readonly string[];
  /** Licences of tools that only build and test. */
  readonly development: readonly string[];
  /** Packages that do not say their licence where machines read it, and what a look at them has shown. */
  readonly read: Readonly<Record<string, { readonly licence: string; readonly reason: string }>>;
  /** Advisories about production packages that we live with for a time. */
  readonly accepted: readonly AcceptedAdvisory[];
}

export interface AcceptedAdvisory {
  /** `GHSA-…` */
  readonly advisory: string;
  /** Why it does not harm us. */
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
  development: [...permissive, 'CC0-1.0', 'CC-BY-4.0'],
  read: { 'png-js': { licence: 'MIT', reason: 'its package.json names none; its LICENSE file is the MIT licence' } },
  accepted: [],
};
