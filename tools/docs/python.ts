import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Python or a part of it is not installed: one line with the cure. */
export class PythonMissing extends Error {
  override readonly name = 'PythonMissing';

  constructor() {
    super('This test needs Python 3.10 or newer with venv: apt-get install python3-venv');
  }
}

/**
 * The program of a Python that has these packages, in an environment of its own, which is kept until a version changes. Throws
 * {@link PythonMissing}.
 */
export function pythonWith(packages: readonly string[], python = 'python3'): string {
  const digest = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const folder = join(process.cwd(), 'node_modules/.cache', `python-${digest}`);
  const complete = join(folder, 'complete');
  const program = join(folder, 'bin/python');
  const isCapable = spawnSync(python, ['-c', 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))']).status === 0;
  if (!isCapable) throw new PythonMissing();
  if (existsSync(complete)) return program;
  rmSync(folder, { recursive: true, force: true });
  run(python, '-m', 'venv', folder);
  run(program, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages);
  writeFileSync(complete, '');
  return program;
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout}`);
}
