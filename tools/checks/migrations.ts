import type { SourceFile } from './tree.js';

/** Changes that would break the previous release during a rolling update. */
const contractions: readonly [string, RegExp][] = [
  ['drops a table', /\bDROP\s+TABLE\b/i],
  ['drops a column', /\bDROP\s+COLUMN\b/i],
  ['renames', /\bRENAME\s+(?:TO|COLUMN|CONSTRAINT)\b/i],
  ['changes the type of a column', /\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b/i],
  ['demands a value that the release before does not write', /\bSET\s+NOT\s+NULL\b/i],
  [
    'adds a column that the release before does not fill',
    /\bADD\s+COLUMN\b(?:(?!\bDEFAULT\b)[^,;`])*\bNOT\s+NULL\b(?![^,;`]*\bDEFAULT\b)/i,
  ],
];
/** States since which release nothing uses the removed object. */
const reason = /\/\/ contract: \S+/;

/** Migrations that remove something (docs/runbook.md#migrate) without stating since when nothing uses it. */
export function contractionFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /^apps\/[^/]+\/src\/database\/migrations\/.+\.ts$/.test(path) || path.endsWith('/platform-tables.ts'))
    .flatMap(({ path, text }) => {
      const [up = ''] = text().split(/\basync down\(/);
      if (reason.test(up)) return [];
      return contractions
        .filter(([, statement]) => statement.test(up))
        .map(([what]) => `${path}: ${what} without "// contract: <since which release>"`);
    })
    .sort();
}
