/** The path of the changelog. */
export const changelogPath = 'CHANGELOG.md';

const unreleased = '## [Unreleased]';

/** The breaking differences that the changelog does not list under "Breaking" of what is unreleased. */
export function unlisted(differences: readonly string[], changelog: string): string[] {
  const [, section = ''] = changelog.split(unreleased);
  const [, breaking = ''] = (section.split(/^## /m)[0] ?? '').split(/^### Breaking$/m);
  const listed = breaking.split(/^###? /m)[0] ?? '';
  return differences.filter(difference => !listed.includes(`\`${difference}\``));
}

/** The changelog after a release: what was unreleased belongs to it. */
export function released(changelog: string, version: string, day: string): string {
  if (changelog.includes(`## [${version}]`)) return changelog;
  return changelog.replace(unreleased, () => `${unreleased}\n\n## [${version}] - ${day}`);
}
