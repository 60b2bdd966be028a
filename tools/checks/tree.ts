import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The root folder of the repository. Checks run there, like every npm script. */
export const repository = process.cwd();

/** A small repository of wrong samples that the checks must find. */
export const canary = resolve(repository, 'tools/checks/canary');

/** A file of the repository: its path below the root, with slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: () => string;
}

/** Every file that is or could be committed (not ignored by git), except the canary tree. */
export function committableFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: repository, encoding: 'utf8' });
  const gone = new Set(deleted.split('\0'));
  const own = listed.split('\0').filter(path => path !== '' && !gone.has(path) && !path.startsWith('tools/checks/canary/'));
  return own.map(path => fileAt(repository, path));
}

/** Every file below a folder. */
export function filesBelow(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
    .map(path => fileAt(root, path));
}

function fileAt(root: string, path: string): SourceFile {
  return { path, text: () => readFileSync(join(root, path), 'utf8') };
}
