import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../checks/tree.js';

/** A disposable copy of the repository. */
export interface Scratch {
  readonly root: string;
  /** Runs a Node program or a script in it; returns the output, and throws it on failure. */
  run(...command: string[]): Promise<string>;
  /** The files that Git sees as new or changed. */
  changed(): string[];
  remove(): void;
}

/** Copies everything that is or could be committed, and its build output; packages are shared. */
export function scratchCopy(): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'ciep-scratch-'));
  chmodSync(root, 0o755); // PostgreSQL may run as another user
  const copy = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // Keeps file times, because tsc -b rebuilds what is newer than its output.
    cpSync(join(repository, path), join(root, path), { recursive: true, preserveTimestamps: true });
  };
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });
  const files = git(repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean);
  for (const path of new Set(files)) if (existsSync(join(repository, path))) copy(path);
  const projects = ['apps', 'libs'].flatMap(folder => readdirSync(join(repository, folder)).map(name => `${folder}/${name}/dist`));
  for (const dist of projects.filter(path => existsSync(join(repository, path)))) copy(dist);
  sharePackages(root);
  git(root, 'init', '--quiet');
  git(root, 'add', '--all');
  return {
    root,
    async run(...command) {
      const [program = '', ...args] = command;
      const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } };
      const { stdout, stderr } = await promisify(execFile)(program, args, options).catch((error: { stdout?: string; stderr?: string }) => {
        throw new Error(`${command.join(' ')} fails:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
      });
      return `${stdout}${stderr}`;
    },
    changed: () => git(root, 'status', '--porcelain', '--untracked-files=all').split('\n').filter(line => /^.[M?]/.test(line)).map(line => line.slice(3)), // prettier-ignore
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Every package is a link to the original, except those of the workspace, which must link into the copy. */
function sharePackages(root: string): void {
  const ours = join(repository, 'node_modules');
  const packages = join(root, 'node_modules');
  mkdirSync(join(packages, '@ciep'), { recursive: true });
  for (const name of readdirSync(ours)) if (name !== '@ciep' && name !== '.cache') symlinkSync(join(ours, name), join(packages, name));
  for (const name of readdirSync(join(ours, '@ciep')))
    cpSync(join(ours, '@ciep', name), join(packages, '@ciep', name), { verbatimSymlinks: true, recursive: true });
}
