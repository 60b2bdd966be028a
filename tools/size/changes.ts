/** The kind of a file: handwritten, a test, or generated. */
type Kind = 'by hand' | 'tests' | 'generated';

/** A changed file. */
export interface ChangedFile {
  readonly path: string;
  readonly kind: Kind;
  readonly isNew: boolean;
  /** Lines added and removed. */
  readonly lines: number;
}

const kinds: readonly (readonly [Kind, RegExp])[] = [
  [
    'generated',
    /^(docs\/(openapi\/|access[.]md|events[.]md|licences[.]md)|docker\/compose[.]yaml|k8s\/base\/services[.]yaml|package-lock[.]json)/,
  ],
  ['generated', /^libs\/contracts\/golden\//],
  ['tests', /([.]|-)spec[.]ts$|\/test\/|^tools\//],
];

/** The changed files, from the output of `git diff --name-status` and `git diff --numstat`. */
export function changesOf(nameStatus: string, numstat: string): ChangedFile[] {
  const added = new Set(linesOf(nameStatus).flatMap(line => (line.startsWith('A\t') ? [line.slice(2)] : [])));
  return linesOf(numstat).map(line => {
    const [plus = '', minus = '', path = ''] = line.split('\t');
    const kind = kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? 'by hand';
    return { path, kind, isNew: added.has(path), lines: Number(plus) + Number(minus) };
  });
}

/** A table by kind: new files, edited files, lines. */
export function summary(changes: readonly ChangedFile[]): string {
  const rows = (['by hand', 'tests', 'generated'] as const).map(kind => {
    const members = changes.filter(change => change.kind === kind);
    const isNew = members.filter(change => change.isNew).length;
    const lines = members.reduce((sum, change) => sum + change.lines, 0);
    return `${kind.padEnd(10)} ${isNew} new, ${members.length - isNew} edited, ${lines} lines`;
  });
  return [
    ...rows,
    ...changes.map(({ path, kind, isNew, lines }) => `  ${isNew ? 'A' : 'M'} ${String(lines).padStart(5)} ${path} (${kind})`),
  ].join('\n');
}

const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '');
