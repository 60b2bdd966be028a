import { basename, dirname } from 'node:path/posix';
import { longestSource } from './budgets.js';
import type { SourceFile } from './tree.js';

const roles = 'controller dto use-case entity rules errors repository queries service worker reaction job feature module config page'.split(
  ' ',
);
/** What may stand behind the first dot of a file name, by the folder of a service. A file's suffix says what it may do. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  src: [...roles, 'spec'],
  test: ['e2e-spec', 'pages-spec', 'proof-spec', 'factory'],
};
const namesThatSayNothing = new Set('util utils helper helpers common shared misc base'.split(' '));
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The faults of names and sizes of source files, one line each. */
export function fileNameFaults(files: readonly SourceFile[]): string[] {
  return files.filter(({ path }) => /^(apps|libs|tools)\/.*[.]ts$/.test(path)).flatMap(faultsOf);
}

function faultsOf(file: SourceFile): string[] {
  const { path } = file;
  const [kind, project = '', folder = ''] = path.split('/');
  const [stem = '', ...rest] = basename(path, '.ts').split('.');
  const faults: string[] = [];

  const nothing = [...dirname(path).split('/'), stem].find(name => namesThatSayNothing.has(name));
  if (nothing) faults.push(`${path}: "${nothing}" says nothing about what is in it`);
  if (!kebab.test(stem)) faults.push(`${path}: file names are written-like-this`);
  if (kind === 'apps' && basename(path) === 'index.ts') faults.push(`${path}: no index.ts in apps, import the file itself`);
  // all-in-one is a composition, not a service: it has no roles.
  if (kind === 'apps' && project !== 'all-in-one' && !isExempt(path) && !suffixes[folder]?.includes(rest.join('.'))) {
    faults.push(`${path}: "${rest.map(part => `.${part}`).join('')}" is none of the suffixes of ${folder}/`);
  }
  if (kind !== 'tools' && folder === 'src' && !isLongByNature(path)) {
    const lines = file.text().split('\n').length - 1;
    if (lines > longestSource) faults.push(`${path}: ${lines} lines, at most ${longestSource}`);
  }
  return faults;
}

function isExempt(path: string): boolean {
  return /^apps\/[^/]+\/src\/(main[.]ts$|database\/)/.test(path);
}

function isLongByNature(path: string): boolean {
  return path.startsWith('libs/contracts/') || path.includes('/src/database/');
}
