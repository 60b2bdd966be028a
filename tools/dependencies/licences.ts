import { format, resolveConfig } from 'prettier';
import type { Policy } from './policy.js';

export const licencesPath = 'docs/licences.md';

/** The parts of package-lock.json that are read. */
export interface LockedPackages {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly link?: boolean }>
  >;
}

/** A third-party package in the lock file, including those for other operating systems. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; empty if unknown. */
  readonly licence: string;
  readonly isDelivered: boolean;
}

/** Every package of a lock file, each version once; production packages count as delivered. */
export function packagesOf(lock: LockedPackages, { read }: Pick<Policy, 'read'>): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  for (const [path, { version = '', license, dev = false, link = false }] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (!path.includes('node_modules/') || link) continue;
    const key = `${name} ${version}`;
    const isDelivered = !dev || (found.get(key)?.isDelivered ?? false);
    found.set(key, { name, version, licence: license ?? read[name]?.licence ?? '', isDelivered });
  }
  return [...found.values()].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/**
 * Whether an SPDX expression allows an accepted choice: of alternatives one, of a conjunction all. Nested expressions are not supported.
 */
function isAdmitted(expression: string, admitted: readonly string[]): boolean {
  const flat = expression.replace(/^\((.*)\)$/, '$1');
  return flat.split(' OR ').some(choice => choice.split(' AND ').every(licence => admitted.includes(licence)));
}

/** Packages whose licence is not allowed for their use, and notes about packages that are gone. */
export function licenceFaults(packages: readonly InstalledPackage[], policy: Policy): string[] {
  const wrong = packages
    .filter(({ licence, isDelivered }) => !isAdmitted(licence, isDelivered ? policy.production : policy.development))
    .map(({ name, version, licence, isDelivered }) => {
      const use = isDelivered ? 'is delivered' : 'is for development';
      return `${name} ${version} ${use} and has ${licence === '' ? 'no licence that is named' : `the licence ${licence}`}, which is not on the list`;
    });
  const names = new Set(packages.map(({ name }) => name));
  const gone = Object.keys(policy.read)
    .filter(name => !names.has(name))
    .map(name => `${name} is not installed any more: take it out of tools/dependencies/policy.ts`);
  return [...wrong, ...gone];
}

/** docs/licences.md: delivered packages by licence, and the number of development packages. */
export async function licencesPage(packages: readonly InstalledPackage[]): Promise<string> {
  const delivered = packages.filter(({ isDelivered }) => isDelivered);
  const tools = packages.filter(({ isDelivered }) => !isDelivered);
  const sections = [...byLicence(delivered)].map(([licence, members]) => {
    const lines = members.map(({ name, version }) => `- ${name} ${version}`);
    return [`### ${licence}`, '', ...lines, ''].join('\n');
  });
  const counts = [...byLicence(tools)].map(([licence, members]) => `| ${licence} | ${members.length} |`);
  const text = `# Licences of others' software

Made by \`npm run licences\` of package-lock.json. \`npm run check\` fails when a licence is not on the list in
\`tools/dependencies/policy.ts\`, or when this page is out of step. Every package carries the text of its licence in
\`node_modules\`. The platform itself is under the Apache License 2.0.

## Delivered

${delivered.length} packages that a running platform may load, those for other operating systems included.

${sections.join('\n')}
## For development only

${tools.length} packages that build and test; none of them is in an image or reaches a user.

| licence | packages |
| --- | --- |
${counts.join('\n')}
`;
  return format(text, { ...(await resolveConfig(licencesPath)), parser: 'markdown' });
}

function byLicence(packages: readonly InstalledPackage[]): Map<string, InstalledPackage[]> {
  const groups = new Map<string, InstalledPackage[]>();
  for (const one of packages) groups.set(one.licence, [...(groups.get(one.licence) ?? []), one]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
